import { isList, itemType, type ColumnType, type ScalarType } from '@podnet/plan';
import type { Expression, Polars } from '../polars.ts';

export type NativeType = ReturnType<Polars['Datetime']> | Polars['Utf8'];

/** How values of a scalar type are held. Durations are whole milliseconds; a bare null is held as a text that is never there. */
const natives: Readonly<Record<ScalarType, (pl: Polars) => unknown>> = {
  number: (pl) => pl.Float64,
  integer: (pl) => pl.Int64,
  boolean: (pl) => pl.Bool,
  text: (pl) => pl.Utf8,
  date: (pl) => pl.Date,
  datetime: (pl) => pl.Datetime('ms'),
  duration: (pl) => pl.Int64,
  null: (pl) => pl.Utf8,
};

/** The native type of a column type. */
export function nativeOf(pl: Polars, type: ColumnType): NativeType {
  const item = natives[itemType(type)](pl);
  return (isList(type) ? pl.List(item as never) : item) as NativeType;
}

/** A value as one of another type that holds it (`commonType`). Never strict. */
export function widened(pl: Polars, value: Expression, from: ColumnType, to: ColumnType): Expression {
  return from === to ? value : value.cast(nativeOf(pl, to) as never, false);
}

/** A number as a double: for divisions, means and whatever is no whole number. Booleans are 0 and 1. */
export const asDouble = (pl: Polars, value: Expression): Expression => value.cast(pl.Float64, false);

/** A constant that is missing. */
export const missing = (pl: Polars, type: ColumnType): Expression => pl.lit(null).cast(nativeOf(pl, type) as never);
