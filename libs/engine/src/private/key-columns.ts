import { cellOfValue, valueOfCell, type Cell, type PrivateKey, type ScalarType } from '@podnet/plan';
import type { Expression, Polars, Table } from '../polars.ts';

const mostInstant = 8.64e15;

/** A key as rows are grouped by it: what its cell cannot tell apart is one value, so that no two groups have the same key. */
export function groupedKey(pl: Polars, value: Expression, type: ScalarType): Expression {
  if (type === 'number') return pl.when(value.isFinite()).then(value).otherwise(pl.lit(null));
  if (type === 'duration') return value.cast(pl.Float64);
  if (type !== 'date' && type !== 'datetime') return value;
  const ms = value.cast(pl.Datetime('ms')).cast(pl.Int64);
  return pl.when(ms.gtEq(pl.lit(-mostInstant)).and(ms.ltEq(pl.lit(mostInstant)))).then(ms).otherwise(pl.lit(null));
}

/** Whether a row has one of the values that are answered for; null where every value is. */
export function isAnswered(pl: Polars, key: Expression, { type, values }: PrivateKey): Expression | null {
  if (values === null) return null;
  const there = values.filter((cell) => cell !== null);
  const among = there.length === 0 ? pl.lit(false) : key.isIn(seriesOf(pl, there, type) as never);
  return values.includes(null) ? key.isNull().or(among.and(key.isNotNull())) : among.and(key.isNotNull());
}

function seriesOf(pl: Polars, cells: readonly Cell[], type: ScalarType): unknown {
  if (type === 'text' || type === 'null') return pl.Series('v', cells.map(String), pl.Utf8);
  if (type === 'boolean') return pl.Series('v', cells as boolean[], pl.Bool);
  if (type === 'integer') return pl.Series('v', BigInt64Array.from(cells.map((cell) => BigInt(cell as string | number))) as never);
  const numbers = cells.map((cell) => valueOfCell(cell, type) as number);
  return type === 'number' || type === 'duration' ? pl.Series('v', numbers, pl.Float64) : pl.Series('v', BigInt64Array.from(numbers.map(BigInt)) as never);
}

/** Cells of a key's column. Public values are given as they were declared. **Shape** (rows of the table). */
export function cellsOf(pl: Polars, table: Table, column: string, { type, values }: PrivateKey): Cell[] {
  const value = pl.col(column);
  const read = table.select((type === 'integer' ? value.cast(pl.Utf8) : type === 'date' || type === 'datetime' ? value.cast(pl.Float64) : value).alias('v')).getColumn('v').toArray() as unknown[];
  const cells = read.map((one): Cell => (type === 'integer' && one !== null ? wholeCell(String(one)) : cellOfValue((one ?? null) as never, type)));
  if (values === null) return cells;
  const declared = new Map(values.map((cell) => [canonical(cell, type), cell]));
  return cells.map((cell) => declared.get(canonical(cell, type))!);
}

function wholeCell(digits: string): Cell {
  return Number.isSafeInteger(Number(digits)) ? Number(digits) : digits;
}

const canonical = (cell: Cell, type: ScalarType): string => JSON.stringify(cell === null ? null : type === 'integer' ? String(cell) : cellOfValue(valueOfCell(cell, type), type));
