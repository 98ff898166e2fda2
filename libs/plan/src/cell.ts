import type { ColumnType } from './column-type.ts';
import type { Value } from './reference/value.ts';

/** A value as JSON holds it in answers: whole numbers beyond 2^53 as texts of digits, dates and instants as ISO 8601 texts, durations in milliseconds. */
export type Cell = string | number | boolean | null | readonly Cell[];

const itemOf = (type: ColumnType): ColumnType => type.slice('list of '.length) as ColumnType;

/** A cell as the reference holds it: instants in milliseconds, whole numbers as doubles. */
export function valueOfCell(cell: Cell, type: ColumnType): Value {
  if (cell === null) return null;
  if (Array.isArray(cell)) return cell.map((item: Cell) => valueOfCell(item, itemOf(type)));
  if (type === 'date') return Date.parse(`${cell as string}T00:00:00Z`);
  if (type === 'datetime') return Date.parse(`${(cell as string).replace(/Z$/, '')}Z`);
  return type === 'integer' || type === 'number' ? Number(cell) : (cell as Value);
}

/** A value of the reference as a cell: what no number can say is missing. Whole numbers beyond 2^53 are as exact as doubles. */
export function cellOfValue(value: Value, type: ColumnType): Cell {
  if (value === null) return null;
  if (Array.isArray(value)) return value.map((item: Value) => cellOfValue(item, itemOf(type)));
  if (typeof value !== 'number') return value as Cell;
  if (!Number.isFinite(value)) return null;
  if (type === 'date') return new Date(value).toISOString().slice(0, 10);
  if (type === 'datetime') return new Date(value).toISOString().slice(0, -1);
  return type === 'integer' && !Number.isSafeInteger(value) ? String(BigInt(Math.trunc(value))) : value + 0;
}
