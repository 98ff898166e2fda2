import { notPrivateOf, privateCases, privateOf, type PrivateCase } from '../fixtures/private.ts';
import { parsePlan } from '../parse.ts';
import type { PrivateAggregateKind, PrivateQuery } from './private-query.ts';

const reference = privateCases();
const isPresent = reference !== null;

/** Cases of one kind. A table of cases is never empty, so that a checkout without the file says what it leaves out. */
function published(choose: (one: PrivateCase) => boolean): PrivateCase[] {
  const chosen = (reference?.cases ?? []).filter(choose);
  return isPresent ? chosen : [{ id: 'the file', sql: '', expect: 'reject' }];
}

/** The file's codes, as the rules of the rewriting and the codes of the SQL layer say them. */
const codes: Readonly<Record<string, readonly string[]>> = {
  E_NO_AGGREGATE: ['no-aggregate'], E_UNIT_KEY: ['unit-key'], E_UNBOUNDED: ['unbounded'], E_UNIT_PREDICATE: ['unit-predicate'], E_JOIN: ['join'], E_PARTIAL_FUNCTION: ['partial-function'],
  E_UNSTABLE: ['unstable'], E_COLUMN_POLICY: ['column-policy'], E_UNKNOWN_TABLE: ['dataset.unknown'], E_WINDOW: ['usage.unsupported'], E_GROUPING: ['usage.unsupported'],
  E_AGG_UNSUPPORTED: ['usage.unsupported'], E_STATEMENT: ['usage.unsupported'],
};

/** Refused by what is granted and asked for, which is not in the query. */
const byParameters: ReadonlySet<string> = new Set(['E_EPSILON_CAP', 'E_DELTA']);

const parts: Readonly<Record<PrivateAggregateKind, readonly string[]>> = { COUNT: ['count'], COUNT_DISTINCT: ['units'], SUM: ['sum'], QUANTILE: ['sorted'], AVG: ['count', 'sum'], VARIANCE: ['count', 'sum', 'squares'], STDDEV: ['count', 'sum', 'squares'] };

const ofKeys = ({ keys }: PrivateQuery): number => (keys.some(({ values }) => values === null) ? 1 : 0);

/** Draws of noise, each part once. The count of a value that is never missing is that of the rows. */
function drawsShared(query: PrivateQuery): number {
  const named = query.aggregates.flatMap(({ kind, value }) => parts[kind].map((part) => (part === 'count' && (value === null || !query.values[value]!.nullable) ? 'rows' : `${part} ${value}`)));
  return ofKeys(query) + new Set(named).size;
}

/** The same when no count is reused, as the file has it. */
const drawsApart = (query: PrivateQuery): number => ofKeys(query) + query.aggregates.reduce((sum, { kind }) => sum + parts[kind].length, 0);

(isPresent ? describe : describe.skip)('every published case is taken or refused as it says [dp_sql_cases]', () => {
  it.each(published(({ expect: verdict }) => verdict === 'accept'))('takes $id: $sql', ({ sql, mechanisms }) => {
    const query = privateOf(sql, reference!.tables);
    expect(drawsApart(query)).toBe(mechanisms);
    expect(drawsShared(query)).toBeLessThanOrEqual(mechanisms!);
    const { root } = parsePlan(query.rows, reference!.tables.sources);
    expect(root.schema.map(({ name }) => name)).toEqual(['unit', ...query.keys.map(({ column }) => column), ...query.values.map(({ column }) => column)]);
    expect(root.schema.slice(1 + query.keys.length).every(({ type }) => type === 'number' || type === 'integer')).toBe(true);
    const noisy = [...query.keys.map(({ column, type }) => ({ name: column, type })), ...query.aggregates.map(({ column }) => ({ name: column, type: 'number' as const }))];
    expect(() => parsePlan(query.rest, new Map([[query.noisy, { kind: 'own', columns: noisy }]]))).not.toThrow();
  });

  it.each(published(({ expect: verdict, code }) => verdict === 'reject' && !byParameters.has(code!)))('refuses $id: $sql', ({ sql, code }) => {
    const fault = notPrivateOf(() => privateOf(sql, reference!.tables));
    expect(codes[code!]).toContain(fault.rule ?? fault.code);
    expect(fault.at).toBeDefined();
  });

  it.each(published(({ code }) => byParameters.has(code ?? '')))('takes $id, and leaves its numbers to who has them: $sql', ({ sql, code }) => {
    expect(privateOf(sql, reference!.tables).needsDelta).toBe(code === 'E_DELTA');
  });

  it('counts the parts of a variance with the rows only once', () => {
    expect(drawsShared(privateOf('SELECT COUNT(*), VAR(age) FROM people', reference!.tables))).toBe(3);
  });
});
