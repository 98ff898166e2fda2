import fc from 'fast-check';
import { col, len, lit, when } from '../builder/functions.ts';
import type { Expr } from '../builder/expr.ts';
import { concat, scan, type LazyPlan } from '../builder/lazy-plan.ts';
import { answered } from '../fixtures/sql.ts';
import { parsePlan } from '../parse.ts';
import { runReference, type SmallTable, type SmallTables } from '../reference/run.ts';
import type { Source, Sources } from '../typed.ts';

/** Plans of the builder and the same questions in SQL, made side by side. `SQL_LAW_RUNS=20000` asks for more of them. */
const numRuns = Number(process.env['SQL_LAW_RUNS'] ?? 300);

const columns = [{ name: 'id', type: 'integer', nullable: false }, { name: 'G', type: 'text' }, { name: 'h', type: 'integer' }, { name: 'X', type: 'number' }, { name: 'b', type: 'boolean' }] as const;
const sources: Sources = new Map<string, Source>([['s', { kind: 'dataset', unit: 'id', columns }], ['T', { kind: 'dataset', unit: 'id', columns }]]);

const table: fc.Arbitrary<SmallTable> = fc.array(fc.record({
  id: fc.integer({ min: 1, max: 9 }), G: fc.constantFrom('a', 'b', "o'c", null), h: fc.constantFrom(-3, -1, 0, 2, 7, null), X: fc.constantFrom(-2.5, 0, 1, 3.25, null), b: fc.constantFrom(true, false, null),
}), { maxLength: 8 }).map((rows) => ({ rows, units: rows.map(({ id }) => String(id)) }));
const tables: fc.Arbitrary<SmallTables> = fc.record({ s: table, T: table }).map(({ s, T }) => new Map([['s', s], ['T', T]]));

/** The same value both ways. */
type Both = readonly [expr: Expr, sql: string];

const spelled = (name: string): fc.Arbitrary<string> => fc.constantFrom(name.toLowerCase(), name.toUpperCase(), `"${name}"`, `/* ' */ ${name} --'\n`);
const columnOf = (name: string): fc.Arbitrary<Both> => spelled(name).map((sql) => [col(name), sql]);

const number: fc.Arbitrary<Both> = fc.letrec<{ number: Both; leaf: Both; condition: Both }>((tie) => ({
  leaf: fc.oneof(columnOf('X'), columnOf('h'), fc.constantFrom<Both>([lit(2), '2'], [lit(-3), '-3'], [lit(0.5), '.5'])),
  condition: fc.tuple(tie('leaf'), tie('leaf')).map(([[a, s], [b, t]]): Both => [a.lt(b), `${s} < ${t}`]),
  number: fc.oneof({ weight: 3, arbitrary: tie('leaf') },
    fc.tuple(tie('number'), tie('number'), fc.constantFrom<['add' | 'sub' | 'mul', string]>(['add', '+'], ['sub', '-'], ['mul', '*'])).map(([[a, s], [b, t], [op, sign]]): Both => [a[op](b), `(${s} ${sign} ${t})`]),
    fc.tuple(tie('condition'), tie('number'), tie('number')).map(([[c, r], [a, s], [b, t]]): Both => [when(c).then(a).otherwise(b), `CASE WHEN ${r} THEN ${s} ELSE ${t} END`]),
    fc.tuple(tie('number'), tie('number')).map(([[a, s], [b, t]]): Both => [a.fillNull(b), `COALESCE(${s}, ${t})`]),
    tie('number').map(([a, s]): Both => [a.abs(), `abs(${s})`]),
    tie('number').map(([a, s]): Both => [lit(0).sub(a), `(- ${s})`])),
})).number;

const condition: fc.Arbitrary<Both> = fc.letrec<{ condition: Both; leaf: Both }>((tie) => ({
  leaf: fc.oneof(
    fc.tuple(number, number, fc.constantFrom<['gt' | 'eq' | 'neq' | 'ltEq', string]>(['gt', '>'], ['eq', '='], ['neq', '<>'], ['ltEq', '<='])).map(([[a, s], [b, t], [op, sign]]): Both => [a[op](b), `${s} ${sign} ${t}`]),
    number.map(([a, s]): Both => [a.isNull(), `${s} IS NULL`]),
    fc.tuple(number, fc.integer({ min: -3, max: 3 }), fc.integer({ min: -3, max: 3 })).map(([[a, s], low, high]): Both => [a.isBetween(low, high), `${s} BETWEEN ${low} AND ${high}`]),
    columnOf('h').map(([a, s]): Both => [a.isIn([2, 7]).not(), `${s} NOT IN (2, 7)`]),
    columnOf('G').map(([a, s]): Both => [a.isIn(['a', "o'c"]), `${s} IN ('a', 'o''c')`]),
    columnOf('G').map(([a, s]): Both => [a.str.startsWith('o'), `${s} LIKE 'o%'`]),
    columnOf('b')),
  condition: fc.oneof({ weight: 2, arbitrary: tie('leaf') },
    fc.tuple(tie('condition'), tie('condition'), fc.constantFrom<'and' | 'or'>('and', 'or')).map(([[a, s], [b, t], op]): Both => [a[op](b), `(${s} ${op} ${t})`]),
    tie('condition').map(([a, s]): Both => [a.not(), `NOT (${s})`])),
})).condition;

const aggregate: fc.Arbitrary<Both> = fc.oneof(
  fc.constant<Both>([len(), 'count(*)']),
  fc.tuple(columnOf('X'), number, fc.constantFrom<['sumOrNull' | 'mean' | 'count' | 'min' | 'max' | 'std' | 'nUniquePresent', string]>(['sumOrNull', 'sum('], ['mean', 'avg('], ['count', 'count('], ['min', 'min('], ['max', 'max('], ['std', 'stddev('], ['nUniquePresent', 'count(DISTINCT '])).map(([[x, r], [a, s], [op, name]]): Both => [x.mul(1).add(a)[op](), `${name}${r} * 1 + ${s})`]),
  fc.tuple(columnOf('X'), condition).map(([[a, s], [c, t]]): Both => [a.filter(c).mean(), `avg(${s}) FILTER (WHERE ${t})`]),
);

interface Question {
  readonly plan: LazyPlan;
  readonly sql: string;
}

/** A source of rows with all five columns. */
const base: fc.Arbitrary<Question> = fc.letrec<{ base: Question; leaf: Question }>((tie) => ({
  leaf: fc.constantFrom<Question>({ plan: scan('s'), sql: 'SELECT * FROM s' }, { plan: scan('T'), sql: 'TABLE t' }),
  base: fc.oneof({ weight: 3, arbitrary: tie('leaf') },
    fc.tuple(tie('base'), condition).map(([{ plan, sql }, [c, s]]) => ({ plan: plan.filter(c), sql: `SELECT * FROM (${sql}) AS x WHERE ${s}` })),
    fc.tuple(tie('base'), tie('base')).map(([a, b]) => ({ plan: concat([a.plan, b.plan]), sql: `(${a.sql}) UNION ALL (${b.sql})` })),
    tie('base').map(({ plan, sql }) => ({ plan: plan.unique({ keep: 'any' }), sql: `WITH w AS (${sql}) SELECT DISTINCT * FROM w` })),
    fc.tuple(tie('base'), tie('base'), fc.constantFrom<['inner' | 'left', string]>(['inner', 'JOIN'], ['left', 'LEFT JOIN'])).map(([a, b, [how, word]]) => ({
      plan: a.plan.join(b.plan, { how, on: ['h'] }).select('id', 'G', 'h', col('X_right').alias('X'), 'b'),
      sql: `SELECT l.id, l.g, h, r.x AS "X", l.b FROM (${a.sql}) AS l ${word} (${b.sql}) AS r USING (h)`,
    }))),
})).base;

const question: fc.Arbitrary<Question> = base.chain(({ plan, sql }) => fc.oneof(
  fc.tuple(aggregate, aggregate).map(([[a, s], [b, t]]) => ({ plan: plan.select(a.alias('p'), b.alias('q')), sql: `SELECT ${s} AS p, ${t} FROM (${sql}) AS f` })),
  fc.tuple(fc.constantFrom('G', 'h'), aggregate, condition, aggregate).map(([key, [a, s], [c, t], [d, u]]) => ({
    plan: plan.filter(c).groupBy(key).agg(a.alias('p'), d.alias('q')).filter(col('q').gtEq(1)).select(key, 'p'),
    sql: `SELECT ${key}, ${s} AS p FROM (${sql}) AS f WHERE ${t} GROUP BY 1 HAVING ${u} >= 1`,
  })),
  fc.tuple(number, condition).map(([[a, s], [c, t]]) => ({ plan: plan.select(col('id'), a.alias('v'), c.alias('c')), sql: `SELECT f.id, ${s} AS v, ${t} FROM (${sql}) AS f` })),
));

const cells = (rows: readonly (readonly unknown[])[]): string[] => rows.map((row) => JSON.stringify(row.map((cell) => (typeof cell === 'number' ? Number(cell.toPrecision(9)) + 0 : cell))));

describe('a question in SQL', () => {
  it('gives the rows that the builder\'s plan gives, in any spelling', () => {
    let answers = 0;
    fc.assert(fc.property(question, tables, ({ plan, sql }, small) => {
      const expected = cells(runReference(parsePlan(JSON.parse(JSON.stringify(plan.toJson())), sources), small).rows);
      expect(cells(answered(sql, sources, small)).sort()).toEqual(expected.sort());
      answers += expected.length > 0 ? 1 : 0;
    }), { numRuns });
    expect(answers).toBeGreaterThan(numRuns / 3);
  });

  it('orders rows with nulls where SQL puts them', () => {
    const way = fc.record({ key: fc.constantFrom('G', 'h', 'X'), descending: fc.boolean(), nulls: fc.constantFrom(null, 'FIRST', 'LAST') });
    fc.assert(fc.property(fc.uniqueArray(way, { selector: ({ key }) => key, minLength: 1 }), table, (ways, small) => {
      const sql = `SELECT * FROM s ORDER BY ${ways.map(({ key, descending, nulls }) => `${key}${descending ? ' DESC' : ''}${nulls === null ? '' : ` NULLS ${nulls}`}`).join(', ')}`;
      const rows = answered(sql, sources, new Map([['s', small], ['T', small]]));
      const at = (key: string): number => columns.findIndex(({ name }) => name === key);
      for (const [before, after] of rows.slice(1).map((row, index) => [rows[index]!, row] as const)) {
        const deciding = ways.find(({ key }) => before[at(key)] !== after[at(key)]);
        if (deciding === undefined) continue;
        const [a, b] = [before[at(deciding.key)]!, after[at(deciding.key)]!];
        const nullsLast = deciding.nulls === null ? !deciding.descending : deciding.nulls === 'LAST';
        if (a === null || b === null) expect(b === null).toBe(nullsLast);
        else expect(a < b).toBe(!deciding.descending);
      }
    }), { numRuns });
  });

  it('that is any text at all is a plan or a code with a place', () => {
    const word = fc.constantFrom('SELECT', 'FROM', 's', 't', '*', ',', '(', ')', 'WHERE', 'GROUP BY', 'ORDER BY', 'x', 'h', 'g', 'b', '=', '<', '+', '/', '||', "'a'", '1', 'AND', 'NOT', 'IN', 'JOIN', 'USING', 'ON', 'AS', 'count', 'sum', 'CASE WHEN', 'THEN', 'END', 'UNION ALL', 'LIMIT', 'IS NULL', 'BETWEEN', '.', '::int', 'HAVING', 'DISTINCT', '-', ';');
    fc.assert(fc.property(fc.oneof(fc.array(word, { maxLength: 14 }).map((words) => `SELECT ${words.join(' ')}`), fc.string({ unit: 'binary' })), (sql) => {
      try {
        answered(sql, sources, new Map([['s', { rows: [], units: [] }], ['T', { rows: [], units: [] }]]));
      } catch (error) {
        expect((error as { details?: { at?: string } }).details?.at).toMatch(/^sql:\d+:\d+$/);
      }
    }), { numRuns: numRuns * 5 });
  });
});
