import { commonType, type ColumnType } from '@podnet/plan';
import type { Expression, Polars } from '../../polars.ts';
import { widened } from '../native-type.ts';
import { constant } from './constants.ts';
import type { Part } from './compiling.ts';

const truth = (pl: Polars, value: Expression, type: ColumnType): Expression => widened(pl, value, type, 'boolean');

/** Three-valued, as in SQL. */
export function logic({ pl, fields: { op }, operands, values }: Part<{ op: string }>): Expression {
  const [a, b] = values.map((value, index) => truth(pl, value, operands[index]!.type));
  return op === 'and' ? a!.and(b!) : a!.or(b!);
}

export const not = ({ pl, operands, values }: Part<unknown>): Expression => truth(pl, values[0]!, operands[0]!.type).not();

/** Two values as ones of the type that holds both. */
function alike(pl: Polars, operands: readonly { type: ColumnType }[], values: readonly Expression[]): Expression[] {
  const type = operands.map((operand) => operand.type).reduce((all, one) => commonType(all, one) ?? all);
  // Order is asked of booleans too, as of 0 and 1.
  const held = type === 'boolean' ? 'integer' : type;
  return values.map((value, index) => widened(pl, value, operands[index]!.type, held));
}

const comparisons: Readonly<Record<string, (a: Expression, b: Expression) => Expression>> = {
  eq: (a, b) => a.eq(b), neq: (a, b) => a.neq(b), gt: (a, b) => a.gt(b), gtEq: (a, b) => a.gtEq(b), lt: (a, b) => a.lt(b), ltEq: (a, b) => a.ltEq(b),
};

export function comparison({ pl, fields: { op }, operands, values }: Part<{ op: string }>): Expression {
  const [a, b] = alike(pl, operands, values);
  return comparisons[op]!(a!, b!);
}

export function between({ pl, operands, values }: Part<unknown>): Expression {
  const [value, lower, upper] = alike(pl, operands, values);
  // Missing when any of the three is, also where one comparison alone would decide.
  const known = value!.isNotNull().and(lower!.isNotNull()).and(upper!.isNotNull());
  return pl.when(known).then(value!.gtEq(lower!).and(value!.ltEq(upper!))).otherwise(pl.lit(null));
}

export function isIn({ pl, fields: { values: members }, operands, values }: Part<{ values: (string | number | boolean)[] }>): Expression {
  const [input] = operands;
  const value = values[0]!;
  // Members compare as numbers with numbers; a list of doubles next to whole numbers would not be found natively.
  const held = input!.type === 'boolean' ? value.cast(pl.Int64) : input!.type === 'integer' ? value.cast(pl.Float64) : value;
  const list = input!.type === 'boolean' ? members.map(Number) : members;
  const found = list.length === 1 ? held.eq(constant(pl, list[0]!, typeof list[0] === 'string' ? 'text' : 'number')) : held.isIn(list);
  return pl.when(value.isNotNull()).then(found).otherwise(pl.lit(null));
}

export const isNull = ({ values }: Part<unknown>): Expression => values[0]!.isNull();
