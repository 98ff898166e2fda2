import { describeCells, type Statistic } from '../nodes/describe.ts';
import { rightNames } from '../nodes/join-keys.ts';
import { isGlobal } from '../nodes/select.ts';
import type { TypedExpression, TypedNode } from '../typed.ts';
import { evaluate, evaluateRows } from './evaluate.ts';
import { joinNearest, joinTables } from './joins.ts';
import { groupRows, type HiddenRow, type HiddenTable } from './table.ts';
import { compareWithMissing, keyOfAll, type Value } from './value.ts';

/** Makes one row of many, with their units together. */
export type Grouper = (rows: readonly HiddenRow[], values: ReadonlyMap<string, Value>) => HiddenRow;

interface Step {
  readonly node: TypedNode;
  readonly inputs: readonly HiddenTable[];
  readonly group: Grouper;
  /** Rows with the carriers of windows beside them. */
  readonly beside: (rows: readonly HiddenRow[]) => HiddenRow[];
}

type Runner = (step: Step) => HiddenTable;

const fieldsOf = <T>({ node }: Step): T => node.fields as T;

/** The same rows with some columns new, each read from the frame as it was. */
function withMade({ node: { expressions }, inputs: [input], beside }: Step, keep: boolean): HiddenTable {
  const rows = beside(input!.rows);
  const columns = expressions.map((expression) => evaluateRows(expression, rows));
  return { ...input!, rows: rows.map((row, index) => ({ ...row, values: new Map([...(keep ? row.values : []), ...expressions.map(({ output }, at): [string, Value] => [output, columns[at]![index]!])]) })) };
}

/** Rows where every condition is true. */
function whereAll({ node: { expressions }, inputs: [input], beside }: Step): HiddenTable {
  const rows = beside(input!.rows);
  const conditions = expressions.map((expression) => evaluateRows(expression, rows));
  return { ...input!, rows: rows.filter((_row, index) => conditions.every((condition) => condition[index] === true)) };
}

const oneValue = (expression: TypedExpression, rows: readonly HiddenRow[]): Value => evaluate(expression, rows).values[0]!;

const slice = (rows: readonly HiddenRow[], offset: number, length: number | null): HiddenRow[] => {
  const from = offset < 0 ? Math.max(0, rows.length + offset) : offset;
  return rows.slice(from, length === null ? undefined : from + length);
};

function sort(step: Step): HiddenTable {
  const { descending, nullsLast } = fieldsOf<{ descending: boolean[]; nullsLast: boolean }>(step);
  const rows = step.beside(step.inputs[0]!.rows);
  const keys = step.node.expressions.map((expression) => evaluateRows(expression, rows));
  const order = rows.map((_row, index) => index).sort((a, b) => {
    for (const [at, key] of keys.entries()) {
      const compared = compareWithMissing(key[a]!, key[b]!, descending[at]!, nullsLast);
      if (compared !== 0) return compared;
    }
    return a - b;
  });
  return { ...step.inputs[0]!, rows: order.map((index) => rows[index]!) };
}

/**
 * Groups in the order of their keys, missing ones first. The order in which groups first appear would tell of single rows: whose row comes first, or, after
 * a sort, in which group the greatest value is.
 */
const inOrderOfKeys = <T>(groups: readonly T[], keysOf: (group: T) => readonly Value[]): T[] => [...groups].sort((a, b) => {
  const [x, y] = [keysOf(a), keysOf(b)];
  return x.reduce<number>((order, key, at) => (order === 0 ? compareWithMissing(key, y[at]!, false, false) : order), 0);
});

function groupBy({ node, inputs: [input], group }: Step): HiddenTable {
  const { by } = node.fields as { by: unknown[] };
  const keys = node.expressions.slice(0, by.length);
  const values = keys.map((key) => evaluateRows(key, input!.rows));
  const groups = inOrderOfKeys(groupRows(input!.rows.map((row, index) => ({ row, key: values.map((key) => key[index]!) })), ({ key }) => keyOfAll(key)), ([first]) => first!.key);
  return { ...input!, rows: groups.map((members) => {
    const rows = members.map(({ row }) => row);
    const aggs = node.expressions.slice(by.length).map((agg): [string, Value] => [agg.output, oneValue(agg, rows)]);
    return group(rows, new Map([...keys.map((key, at): [string, Value] => [key.output, members[0]!.key[at]!]), ...aggs]));
  }) };
}

function unique(step: Step): HiddenTable {
  const { subset, keep } = fieldsOf<{ subset: string[] | null; keep: string }>(step);
  const names = subset ?? step.node.schema.map(({ name }) => name);
  const keysOf = (row: HiddenRow): Value[] => names.map((name) => row.values.get(name)!);
  const groups = inOrderOfKeys(groupRows(step.inputs[0]!.rows, (row) => keyOfAll(keysOf(row))), ([first]) => keysOf(first!));
  const kept = keep === 'none' ? groups.filter(({ length }) => length === 1) : groups;
  return { ...step.inputs[0]!, rows: kept.map((rows) => step.group(rows, (keep === 'last' ? rows.at(-1)! : rows[0]!).values)) };
}

function describe({ node, inputs: [input], group }: Step): HiddenTable {
  const { statistics } = node.fields as { statistics: Statistic[] };
  const schema = node.inputs[0]!.schema;
  const cells = describeCells(statistics, schema);
  return { ...input!, rows: statistics.map((statistic) => group(input!.rows, new Map<string, Value>([['statistic', statistic], ...schema.map(({ name }): [string, Value] => {
    const cell = cells.findIndex((one) => one.statistic === statistic && one.column === name);
    return [name, cell < 0 ? null : oneValue(node.expressions[cell]!, input!.rows)];
  })]))) };
}

function unpivot(step: Step): HiddenTable {
  const { index, on, variableName, valueName } = fieldsOf<{ index: string[]; on: string[]; variableName: string; valueName: string }>(step);
  return { ...step.inputs[0]!, rows: on.flatMap((name) => step.inputs[0]!.rows.map((row) => ({
    ...row, values: new Map<string, Value>([...index.map((kept): [string, Value] => [kept, row.values.get(kept)!]), [variableName, name], [valueName, row.values.get(name)!]]),
  }))) };
}

function explode(step: Step): HiddenTable {
  const { column } = fieldsOf<{ column: string }>(step);
  return { ...step.inputs[0]!, rows: step.inputs[0]!.rows.flatMap((row) => {
    const list = row.values.get(column) as readonly Value[] | null;
    return (list === null || list.length === 0 ? [null] : list).map((item) => ({ ...row, values: new Map(row.values).set(column, item) }));
  }) };
}

const sidesOf = ({ node, inputs: [left, right] }: Step, dropped: readonly string[], suffix: string) => ({
  left: left!, right: right!, leftNames: node.inputs[0]!.schema.map(({ name }) => name), rightNames: rightNames(node.inputs[0]!.schema, node.inputs[1]!.schema, dropped, suffix),
});

const mapValues = (table: HiddenTable, change: (values: ReadonlyMap<string, Value>, index: number) => ReadonlyMap<string, Value>): HiddenTable => ({ ...table, rows: table.rows.map((row, index) => ({ ...row, values: change(row.values, index) })) });

/** How each node runs, by its name. */
export const nodeRunners: Readonly<Record<string, Runner>> = {
  select: (step) => {
    const { node, inputs, group } = step;
    if (!isGlobal(node.expressions)) return withMade(step, false);
    return { ...inputs[0]!, rows: [group(inputs[0]!.rows, new Map(node.expressions.map((expression) => [expression.output, oneValue(expression, inputs[0]!.rows)])))] };
  },
  withColumns: (step) => withMade(step, true),
  cast: (step) => withMade(step, true),
  fillNull: (step) => withMade(step, true),
  filter: whereAll,
  dropNulls: whereAll,
  groupBy, sort, unique, unpivot, explode, describe,
  slice: (step) => {
    const { offset, length } = fieldsOf<{ offset: number; length: number | null }>(step);
    return { ...step.inputs[0]!, rows: slice(step.inputs[0]!.rows, offset, length) };
  },
  withRowIndex: (step) => {
    const { name, offset } = fieldsOf<{ name: string; offset: number }>(step);
    return mapValues(step.inputs[0]!, (values, index) => new Map<string, Value>([[name, index + offset], ...values]));
  },
  rename: (step) => {
    const names = new Map(fieldsOf<{ columns: { from: string; to: string }[] }>(step).columns.map(({ from, to }) => [from, to]));
    return mapValues(step.inputs[0]!, (values) => new Map([...values].map(([name, value]) => [names.get(name) ?? name, value])));
  },
  drop: (step) => mapValues(step.inputs[0]!, (values) => new Map([...values].filter(([name]) => !fieldsOf<{ columns: string[] }>(step).columns.includes(name)))),
  join: (step) => {
    const { how, leftOn, rightOn, suffix } = fieldsOf<{ how: string; leftOn: string[]; rightOn: string[]; suffix: string }>(step);
    return joinTables(how, leftOn, rightOn, sidesOf(step, how === 'full' ? [] : rightOn, suffix));
  },
  joinAsof: (step) => {
    const { strategy, leftOn, rightOn, leftBy, rightBy, suffix } = fieldsOf<{ strategy: string; leftOn: string; rightOn: string; leftBy: string[]; rightBy: string[]; suffix: string }>(step);
    return joinNearest(strategy, leftOn, rightOn, leftBy, rightBy, sidesOf(step, [rightOn, ...rightBy], suffix));
  },
  concat: ({ inputs }) => ({ rows: inputs.flatMap(({ rows }) => rows), carriers: new Set(inputs.flatMap(({ carriers }) => [...carriers])) }),
};
