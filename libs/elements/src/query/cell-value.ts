import type { ColumnType, SmallTable } from '@podnet/plan';
import type { Cell, OwnTable } from './answer.ts';

/** A value as the reference of plans holds it: instants in milliseconds, whole numbers as doubles. */
export type Value = SmallTable['rows'][number][string];

const isoOf = (ms: number, type: 'date' | 'datetime'): string => new Date(ms).toISOString().slice(0, type === 'date' ? 10 : -1);

/** A cell as the reference holds it. */
export function valueOfCell(cell: Cell, type: ColumnType): Value {
  if (cell === null) return null;
  if (Array.isArray(cell)) return cell.map((item) => valueOfCell(item as Cell, type.slice('list of '.length) as ColumnType));
  if (type === 'date' || type === 'datetime') return Date.parse(type === 'date' ? `${cell as string}T00:00:00Z` : `${(cell as string).replace(/Z$/, '')}Z`);
  return type === 'integer' || type === 'number' ? Number(cell) : (cell as Value);
}

/** A value of the reference as a cell: what no number can say is missing. Whole numbers beyond 2^53 are as exact as doubles. */
export function cellOfValue(value: Value, type: ColumnType): Cell {
  if (value === null) return null;
  if (Array.isArray(value)) return value.map((item) => cellOfValue(item as Value, type.slice('list of '.length) as ColumnType));
  if (typeof value !== 'number') return value as Cell;
  if (!Number.isFinite(value)) return null;
  if (type === 'date' || type === 'datetime') return isoOf(value, type);
  return type === 'integer' && !Number.isSafeInteger(value) ? String(BigInt(Math.trunc(value))) : value + 0;
}

/** A table of one's own for the reference; nobody stands behind its rows. */
export const smallTableOf = ({ columns, rows }: OwnTable): SmallTable => ({
  units: [],
  rows: rows.map((row) => Object.fromEntries(columns.map(({ name, type }, at) => [name, valueOfCell(row[at]!, type)]))),
});
