import type { Json } from '../builder/expr.ts';
import type { ScalarType } from '../column-type.ts';
import { isGlobal } from '../nodes/select.ts';
import { mistake } from '../mistake.ts';
import { parsePlan } from '../parse.ts';
import type { Sources, TypedExpression, TypedNode } from '../typed.ts';
import { AggregateList } from './aggregates.ts';
import type { Facts } from './facts.ts';
import type { PrivateMetadata } from './metadata.ts';
import { NotPrivate } from './not-private.ts';
import type { PrivateKey, PrivateQuery } from './private-query.ts';
import { factsOf, keyValues } from './reading.ts';
import { needOpen, RowsReader, type Rows } from './rows.ts';

/** Combinations of public keys that are answered for, at most. */
const mostGroups = 100_000;

const noisy = 'noisy';

/**
 * Takes a query apart: rows of single units below its one aggregation, aggregates that noise can be added to, and what is computed of them afterwards.
 * Whether it is refused depends on the query and on what is declared, never on data.
 * **Throws** `privacy.not-private` (a `NotPrivate` with its rule, the place and what would pass); `dataset.unknown`; what `parsePlan` throws; `usage.too-large`.
 */
export function privateQueryOf(planJson: unknown, metadata: PrivateMetadata, sources: Sources): PrivateQuery {
  const { root } = parsePlan(planJson, sources);
  refuseWindows(root);
  const { aggregation, above } = descend(root);
  const reader = new RowsReader(metadata, freeName(root));
  const rows = reader.read(aggregation.inputs[0]!);
  if (rows.about === null) throw new NotPrivate('no-private-table', aggregation.path, 'The query reads no table about people.', 'Scan a dataset that has a privacy unit.');
  const { dataset, table, perUnit } = rows.about;
  const by = aggregation.kind === 'groupBy' ? (aggregation.fields as { by: unknown[] }).by.length : 0;
  const keys = aggregation.expressions.slice(0, by).map((expression, at) => keyOf(expression, at, rows));
  needFewGroups(keys, aggregation.path);
  const list = new AggregateList(rows.columns);
  const shown = aggregation.expressions.slice(by).map((expression): Json => ({ expr: 'alias', name: expression.output, input: list.overNoisy(expression) }));
  if (list.aggregates.length === 0) throw new NotPrivate('no-aggregate', aggregation.path, 'The groups have no aggregate.', 'Add COUNT(*).');
  const named = aggregation.expressions.slice(0, by).map(({ output }, at): Json => ({ expr: 'alias', name: output, input: { expr: 'column', name: keys[at]!.column } }));
  const cut: Json = { node: 'select', input: { node: 'scan', source: noisy }, columns: [...named, ...shown] };
  const isUnitColumn = table.unit !== null;
  // A unit with one row is in one group.
  const isOneRow = perUnit || !isUnitColumn;
  return {
    datasets: reader.datasets,
    dataset,
    rows: { version: 1, ...rowsOf(rows, isUnitColumn ? reader.carrier : null, keys, list) },
    unit: isUnitColumn ? 'unit' : null,
    maxRows: isOneRow ? 1 : table.maxRows,
    maxGroups: isOneRow || keys.length === 0 ? 1 : table.maxGroups,
    keys: keys.map(({ column, type, values }) => ({ column, type, values })),
    needsDelta: keys.some(({ values }) => values === null),
    values: list.values.map(({ column, bounds, nullable }) => ({ column, bounds, nullable })),
    aggregates: list.aggregates,
    rest: { version: 1, ...above.reduce<Json>((input, { fields }) => ({ ...(fields as Json), input }), cut) },
    noisy,
  };
}

/** Nodes over groups that look at no row of a person: the answer may be worked on freely. */
const afterwards: ReadonlySet<string> = new Set(['filter', 'sort', 'slice', 'select', 'withColumns', 'rename', 'drop', 'cast', 'fillNull', 'dropNulls']);

const isAggregation = ({ kind, expressions }: TypedNode): boolean => kind === 'groupBy' || (kind === 'select' && isGlobal(expressions));

const holdsAggregation = (node: TypedNode): boolean => isAggregation(node) || node.inputs.some(holdsAggregation);

/** From the root to the aggregation; `above` are the nodes over it, the lowest first. */
function descend(root: TypedNode): { aggregation: TypedNode; above: readonly TypedNode[] } {
  if (!holdsAggregation(root)) throw new NotPrivate('no-aggregate', root.path, 'Rows of single people do not leave.', 'Use an aggregate, with or without GROUP BY.');
  const above: TypedNode[] = [];
  let node = root;
  for (; !isAggregation(node); node = node.inputs[0]!) {
    if (!afterwards.has(node.kind)) throw afterwardsNot(node);
    const inner = node.expressions.find(({ aggregates }) => aggregates);
    if (inner !== undefined) throw new NotPrivate('nested-aggregate', inner.path, 'An aggregate over groups that have noise is not computed here.', 'Aggregate the rows once.');
    above.unshift(node);
  }
  return { aggregation: node, above };
}

function afterwardsNot({ kind, path }: TypedNode): NotPrivate {
  if (kind === 'join' || kind === 'joinAsof') return new NotPrivate('join', path, 'Groups that have noise are not joined.', 'Join the rows with a public table, then aggregate.');
  if (kind === 'concat') return new NotPrivate('set-operation', path, 'Two aggregations are two queries.', 'Ask for each on its own.');
  return new NotPrivate('function', path, 'This step is not computed on groups that have noise.', 'Do it with the answer.');
}

/** Windows are told as such, wherever they stand. */
function refuseWindows(node: TypedNode): void {
  const windowIn = (expression: TypedExpression): TypedExpression | null => (expression.kind === 'over' ? expression : (expression.operands.map(windowIn).find((found) => found !== null) ?? null));
  const found = node.expressions.map(windowIn).find((one) => one !== null);
  if (found !== null && found !== undefined) throw new NotPrivate('window', found.path, 'Windows look at other people\'s rows beside each row.', 'Use GROUP BY.');
  node.inputs.forEach(refuseWindows);
}

/** A name that no frame of the plan has a column of. */
function freeName(root: TypedNode): string {
  const taken = new Set<string>();
  const visit = ({ schema, inputs }: TypedNode): void => {
    for (const { name } of schema) taken.add(name);
    inputs.forEach(visit);
  };
  visit(root);
  let name = 'unit';
  while (taken.has(name)) name += '_';
  return name;
}

interface MadeKey extends PrivateKey {
  readonly json: Json;
}

function keyOf(expression: TypedExpression, at: number, { columns }: Rows): MadeKey {
  const facts = factsOf(expression, columns);
  needOpen(facts, expression.path, 'unit-key', 'Groups are not made by the privacy unit: each would be one person.', 'Group by other columns, or COUNT(DISTINCT …) of it.');
  return { column: `key_${at + 1}`, type: facts.type as ScalarType, values: keyValues(facts), json: held(expression.fields as Json, facts) };
}

/** Whole numbers between declared bounds are a key of as many values; what lies outside counts at the next bound, as in every aggregate. */
function held(json: Json, facts: Facts): Json {
  if (facts.values !== null || facts.bounds === null || keyValues(facts) === null) return json;
  const { lower, upper } = facts.bounds;
  return { expr: 'clip', input: json, min: { expr: 'literal', value: lower }, max: { expr: 'literal', value: upper } };
}

function needFewGroups(keys: readonly PrivateKey[], path: string): void {
  const groups = keys.reduce((product, { values }) => product * (values?.length ?? 1), 1);
  if (groups > mostGroups) throw new NotPrivate('too-many-keys', path, `The public keys have more than ${mostGroups} combinations, and each is answered for.`, 'Group by fewer columns, or by coarser ones.');
  if (groups === 0) throw mistake('usage.invalid', path, 'A key has no values that could be answered for.');
}

/** The columns that are counted: the unit, the keys, the values. Without any of them, one that says the same of every row. */
function rowsOf({ json, columns }: Rows, carrier: string | null, keys: readonly MadeKey[], { values }: AggregateList): Json {
  const unit: Json[] = carrier === null ? [] : [alias('unit', { expr: 'column', name: carrier })];
  const counted = [...unit, ...[...keys, ...values].map((one) => alias(one.column, one.json))];
  return { node: 'select', input: json, columns: counted.length > 0 ? counted : [alias('row', isThere([...columns.keys()][0]!))] };
}

const isThere = (name: string): Json => ({ expr: 'when', when: { expr: 'isNull', input: { expr: 'column', name } }, then: { expr: 'literal', value: true }, otherwise: { expr: 'literal', value: true } });

const alias = (name: string, input: Json): Json => ({ expr: 'alias', name, input });
