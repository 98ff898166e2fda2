import type { Expression } from '../../polars.ts';
import { missing, widened } from '../native-type.ts';
import type { Part } from './compiling.ts';

export function when({ pl, expression: { type }, operands, values }: Part<unknown>): Expression {
  const [condition, then, otherwise] = values;
  const of = (value: Expression, index: number): Expression => widened(pl, value, operands[index]!.type, type);
  return pl.when(widened(pl, condition!, operands[0]!.type, 'boolean')).then(of(then!, 1)).otherwise(otherwise === undefined ? missing(pl, type) : of(otherwise, 2));
}

export function fillNull({ pl, expression: { type }, operands, values }: Part<unknown>): Expression {
  const [value, filler] = values.map((one, index) => widened(pl, one, operands[index]!.type, type));
  return pl.when(value!.isNotNull()).then(value!).otherwise(filler!);
}
