import { instantOf } from '../instant.ts';
import type { TypedExpression } from '../typed.ts';
import { aggregates } from './aggregates.ts';
import { rowFunctions, type Fields } from './row-functions.ts';
import { groupRows, type HiddenRow } from './table.ts';
import { keyOfAll, type Value } from './value.ts';

/** The values of an expression: one for every row, or one for all. */
export interface Series {
  readonly scalar: boolean;
  readonly values: readonly Value[];
}

const scalar = (value: Value): Series => ({ scalar: true, values: [value] });

/** Evaluates an expression over rows, column after column, as slowly as it reads. */
export function evaluate(expression: TypedExpression, rows: readonly HiddenRow[]): Series {
  const fields = expression.fields as Fields;
  const { kind, operands } = expression;
  if (kind === 'column') return { scalar: false, values: rows.map((row) => row.values.get(fields.name)!) };
  if (kind === 'literal') return scalar(constantOf(fields.value, fields.type));
  if (kind === 'len') return scalar(rows.length);
  if (kind === 'over') return { scalar: false, values: overPartitions(operands[0]!, operands.slice(1), rows) };
  const series = operands.map((operand) => evaluate(operand, rows));
  if (kind === 'filterValues') return { scalar: false, values: spread(series[0]!, rows.length).filter((_value, index) => spread(series[1]!, rows.length)[index] === true) };
  const aggregate = aggregates[kind]?.[fields.op];
  if (aggregate !== undefined) return scalar(aggregate(operands[0]!.level === 'filtered' ? series[0]!.values : spread(series[0]!, rows.length), fields));
  const act = rowFunctions[kind];
  if (act === undefined) throw new Error(`The reference does not know ${kind}.`);
  if (series.every((one) => one.scalar)) return scalar(act(fields, series.map(({ values }) => values[0]!)));
  const columns = series.map((one) => spread(one, rows.length));
  return { scalar: false, values: rows.map((_row, index) => act(fields, columns.map((column) => column[index]!))) };
}

/** One value for every row. */
export const spread = (series: Series, length: number): readonly Value[] => (series.scalar ? Array.from({ length }, () => series.values[0]!) : series.values);

export const evaluateRows = (expression: TypedExpression, rows: readonly HiddenRow[]): readonly Value[] => spread(evaluate(expression, rows), rows.length);

/** The rows of the partition that each row belongs to. */
export function partitions(by: readonly TypedExpression[], rows: readonly HiddenRow[]): HiddenRow[][] {
  const keys = by.map((key) => evaluateRows(key, rows));
  const indexed = rows.map((row, index) => ({ row, key: keyOfAll(keys.map((key) => key[index]!)) }));
  const groups = new Map(groupRows(indexed, ({ key }) => key).map((group) => [group[0]!.key, group.map(({ row }) => row)]));
  return indexed.map(({ key }) => groups.get(key)!);
}

const overPartitions = (input: TypedExpression, by: readonly TypedExpression[], rows: readonly HiddenRow[]): Value[] => partitions(by, rows).map((partition) => evaluate(input, partition).values[0]!);

const constantOf = (value: Value, type: string | undefined): Value => (type === 'date' || type === 'datetime' ? instantOf(value, type) : value);
