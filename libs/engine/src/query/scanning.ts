import { createHmac } from 'node:crypto';
import type { PublishedColumn } from '@podnet/contracts';
import { Fault } from '@podnet/errors';
import { itemType, isList, type ColumnType } from '@podnet/plan';
import { translated, type Expression, type Frame, type Polars } from '../polars.ts';
import type { Source } from '../source.ts';
import { cast } from './expressions/casts.ts';
import { nativeOf } from './native-type.ts';
import type { Keys } from './query-frame.ts';
import type { QueryTable } from './query-work.ts';
import { readPublished } from './reading.ts';

/** A source as a lazy table with a plan's columns. */
export interface Scanned {
  readonly frame: Frame;
  /** Keys by name. */
  readonly columns: ReadonlyMap<string, string>;
  /** Keys of columns that are known to have a value in every row. */
  readonly complete: ReadonlySet<string>;
  /** Key of the unit's id; null for a table of the modeller. */
  readonly unit: string | null;
  rows(): number;
}

const unreadable = 'The rows of the file cannot be read.';

/** **Units** none. Seeds for the hash of units, from the pod's secret: four numbers that JavaScript holds exactly. */
export function hashSeeds(key: Uint8Array, purpose: string): [number, number, number, number] {
  const digest = createHmac('sha256', key).update(purpose).digest();
  return [0, 8, 16, 24].map((at) => Number(digest.readBigUInt64LE(at) & 0x1f_ffff_ffff_ffffn)) as [number, number, number, number];
}

/**
 * The hash of values by a key. The native library says that its type is text, which it is not.
 */
export const hashed = (pl: Polars, value: Expression, [a, b, c, d]: readonly [number, number, number, number]): Expression => value.hash(a, b, c, d).cast(pl.UInt64);

/**
 * A dataset with its published columns as a plan knows them, and the unit of every row: its number, or a keyed hash of the unit column's value. Rows
 * without a value there have one hash, and are one unit together. Two values of one hash would be counted as one unit, never as more.
 */
export function scanDataset(pl: Polars, keys: Keys, table: Extract<QueryTable, { kind: 'dataset' }>, source: Source, types: ReadonlyMap<string, ColumnType>, seeds: readonly [number, number, number, number]): Scanned {
  const columns = new Map<string, string>();
  const made: Expression[] = [];
  const add = (column: PublishedColumn, type: ColumnType): string => {
    const read = source.columns.get(column.name);
    if (read === undefined) throw new Fault('data.missing-column', 'The file has changed: a published column is gone.', { at: column.name });
    const key = keys.next();
    made.push(readPublished(pl, column, read, type).alias(key));
    return key;
  };
  for (const column of table.schema) {
    const type = types.get(column.name);
    if (type !== undefined) columns.set(column.name, add(column, type));
  }
  const unit = keys.next();
  const numbered = table.unit === null ? source.frame.withRowIndex(unit) : source.frame;
  const rows = lazily(() => Number(translated(() => source.frame.select(pl.len().alias('rows')).collectSync().toRecords()[0]!['rows'], 'data.unreadable', unreadable)));
  if (table.unit === null) return { frame: numbered.select(...made, pl.col(unit)), columns, complete: new Set(), unit, rows };
  const named = table.schema.find(({ name }) => name === table.unit);
  const read = source.columns.get(table.unit);
  if (read === undefined) throw new Fault('data.missing-column', 'The file has changed: the column that names the privacy unit is gone.', { at: table.unit });
  const value = named === undefined || named.kind === 'text' || named.kind === 'category' ? readPublished(pl, { name: table.unit, kind: 'text' }, read, 'text') : readPublished(pl, named, read, types.get(named.name) ?? typeOfKind(named.kind));
  return { frame: numbered.select(...made, hashed(pl, value, seeds).alias(unit)), columns, complete: new Set(), unit, rows };
}

const typeOfKind = (kind: PublishedColumn['kind']): ColumnType => (kind === 'date' ? 'datetime' : kind === 'category' || kind === 'text' ? 'text' : kind);

/** A table of the modeller: cells as they came in the task. What does not fit its column is missing. */
export function scanOwn(pl: Polars, keys: Keys, table: Extract<QueryTable, { kind: 'own' }>): Scanned {
  const columns = new Map(table.columns.map(({ name }) => [name, keys.next()]));
  const series = table.columns.map(({ name, type }, at) => pl.Series(columns.get(name)!, table.rows.map((row) => cellIn(row[at], type as ColumnType)), nativeInput(pl, type as ColumnType) as never));
  const frame = pl.DataFrame(series).lazy();
  const typed = table.columns.map(({ name, type }) => {
    const value = pl.col(columns.get(name)!);
    const isText = inputType(type as ColumnType) === 'text';
    return (isText && type !== 'text' ? cast({ pl, fields: { to: type as ColumnType }, expression: null as never, operands: [{ type: 'text' } as never], values: [value] }) : value).alias(columns.get(name)!);
  });
  return { frame: frame.withColumns(...typed), columns, complete: new Set(), unit: null, rows: () => table.rows.length };
}

/** Whole numbers and instants come as texts, which hold all of them exactly. */
const inputType = (type: ColumnType): ColumnType => (['integer', 'date', 'datetime', 'null'].includes(type) ? 'text' : type);

const nativeInput = (pl: Polars, type: ColumnType): unknown => nativeOf(pl, inputType(type));

function cellIn(cell: unknown, type: ColumnType): unknown {
  if (cell === null || cell === undefined) return null;
  if (isList(type)) return Array.isArray(cell) ? cell.map((item) => cellIn(item, itemType(type))) : null;
  if (type === 'number' || type === 'duration') return typeof cell === 'number' && Number.isFinite(cell) ? cell : null;
  if (type === 'boolean') return typeof cell === 'boolean' ? cell : null;
  if (type === 'integer') return typeof cell === 'number' && Number.isInteger(cell) ? BigInt(cell).toString() : typeof cell === 'string' ? cell : null;
  return typeof cell === 'string' ? cell : null;
}

export function lazily<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
