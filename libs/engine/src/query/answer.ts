import { isList, itemType, type ColumnType, type Schema } from '@podnet/plan';
import type { Expression, Polars, Table } from '../polars.ts';

/** Values as JSON holds them. **Shape** (rows). */
export interface AnsweredColumn {
  readonly name: string;
  readonly type: string;
  readonly values: readonly unknown[];
}

/** How a column is taken over: whole numbers as texts, which hold all of them; instants as milliseconds. */
function taken(pl: Polars, value: Expression, type: ColumnType): Expression {
  if (isList(type)) return value;
  if (type === 'integer') return value.cast(pl.Utf8);
  if (type === 'date' || type === 'datetime') return value.cast(pl.Datetime('ms')).cast(pl.Int64).cast(pl.Float64);
  return type === 'duration' ? value.cast(pl.Float64) : value;
}

const dayText = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

const cells: Readonly<Partial<Record<ColumnType, (value: unknown) => unknown>>> = {
  integer: (value) => {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  },
  number: finite,
  duration: finite,
  date: (value) => instant(value, dayText),
  datetime: (value) => instant(value, (ms) => new Date(ms).toISOString()),
};

function finite(value: unknown): unknown {
  return typeof value === 'number' && Number.isFinite(value) ? value + 0 : null;
}

/** Days that no calendar of JavaScript has are missing. */
function instant(value: unknown, print: (ms: number) => string): unknown {
  const ms = Number(value);
  return Math.abs(ms) <= 8.64e15 ? print(ms) : null;
}

function cellOf(value: unknown, type: ColumnType): unknown {
  if (value === null || value === undefined) return null;
  if (isList(type)) return Array.from(value as Iterable<unknown>, (item) => cellOf(item instanceof Date ? item.getTime() : item, itemType(type)));
  const make = cells[type];
  return make === undefined ? value : make(value);
}

/** The columns of an answer, those that are nulled without a look at their values. */
export function answerColumns(pl: Polars, table: Table, schema: Schema, columns: ReadonlyMap<string, string>, nulled: ReadonlySet<string>): AnsweredColumn[] {
  return schema.map(({ name, type }) => {
    if (nulled.has(name)) return { name, type, values: Array.from({ length: table.height }, () => null) };
    const values = table.select(taken(pl, pl.col(columns.get(name)!), type).alias('v')).getColumn('v').toArray() as unknown[];
    return { name, type, values: values.map((value) => cellOf(value, type)) };
  });
}

/** **Units** bytes that the values take as JSON, about. */
export const bytesOf = (columns: readonly AnsweredColumn[]): number => columns.reduce((all, { name, values }) => all + name.length + values.reduce<number>((sum, value) => sum + sizeOf(value), 0), 0);

const sizeOf = (value: unknown): number => (typeof value === 'string' ? value.length * 2 + 3 : Array.isArray(value) ? value.reduce<number>((all, item) => all + sizeOf(item), 3) : 9);
