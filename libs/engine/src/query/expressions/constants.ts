import { instantOf, type ColumnType } from '@podnet/plan';
import type { Expression, Polars } from '../../polars.ts';
import { missing, nativeOf } from '../native-type.ts';
import type { Part } from './compiling.ts';

/** A constant of a type. Numbers from JavaScript are doubles unless they are told otherwise. */
export function constant(pl: Polars, value: string | number | boolean | null, type: ColumnType): Expression {
  if (value === null) return missing(pl, type);
  if (type === 'date' || type === 'datetime') return pl.lit(instantOf(value, type)).cast(pl.Int64).cast(pl.Datetime('ms')).cast(nativeOf(pl, type) as never);
  return pl.lit(value).cast(nativeOf(pl, type) as never);
}

export const literal = ({ pl, fields, expression }: Part<{ value: string | number | boolean | null }>): Expression => constant(pl, fields.value, expression.type);
