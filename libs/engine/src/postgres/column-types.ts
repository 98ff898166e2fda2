import type { PublishedColumn } from '@podnet/contracts';
import { Fault } from '@podnet/errors';
import type { Polars } from '../polars.ts';
import type { Reading, Texts } from './session.ts';

export type Series = ReturnType<Polars['Series']>;

/** How a type of Postgres becomes a column of the copy. */
export interface ColumnType {
  kind: Exclude<PublishedColumn['kind'], 'category'>;
  hasTimes?: boolean;
  series(pl: Polars, name: string, texts: readonly (string | null)[]): Series;
}

const each = <T>(texts: readonly (string | null)[], read: (text: string) => T | null): (T | null)[] => texts.map((text) => (text === null ? null : read(text)));

const text: ColumnType = { kind: 'text', series: (pl, name, texts) => pl.Series(name, [...texts], pl.Utf8) };
/** Whole numbers of 64 bits, exactly. */
const integer: ColumnType = { kind: 'integer', series: (pl, name, texts) => pl.Series(name, [...texts], pl.Utf8).cast(pl.Int64) };
/** Doubles; a decimal becomes the nearest one. */
const number: ColumnType = { kind: 'number', series: (pl, name, texts) => pl.Series(name, each(texts, Number), pl.Float64) };
const boolean: ColumnType = { kind: 'boolean', series: (pl, name, texts) => pl.Series(name, each(texts, (cell) => cell === 't'), pl.Bool) };
const day: ColumnType = { kind: 'date', series: (pl, name, texts) => pl.Series(name, each(texts, (cell) => instantMs(cell)), pl.Float64).cast(pl.Int64).cast(pl.Datetime('ms')).cast(pl.Date) };
/** To the millisecond. With a zone they are in UTC. */
const moment: ColumnType = { kind: 'date', hasTimes: true, series: (pl, name, texts) => pl.Series(name, each(texts, (cell) => instantMs(cell)), pl.Float64).cast(pl.Int64).cast(pl.Datetime('ms')) };
/** Kept for its name only. */
const nothing: ColumnType = { kind: 'text', series: (pl, name, texts) => pl.Series(name, texts.map(() => null), pl.Utf8) };

/** **Source** pg_type.dat of PostgreSQL 17: numbers of built-in types never change. */
const builtIn = new Map<number, ColumnType>([
  [16, boolean],
  ...[20, 21, 23, 26].map((oid): [number, ColumnType] => [oid, integer]),
  ...[700, 701, 1700].map((oid): [number, ColumnType] => [oid, number]),
  [1082, day],
  [1114, moment],
  [1184, moment],
  // char, name, text, char(n), varchar; time, timetz, interval; uuid; json, jsonb, xml; inet, cidr, macaddr; money.
  ...[18, 19, 25, 1042, 1043, 1083, 1266, 1186, 2950, 114, 3802, 142, 869, 650, 829, 790].map((oid): [number, ColumnType] => [oid, text]),
]);

/** `2024-01-31 10:00:00.5+00` → ms since 1970. Infinite ones and those before the year 1 or after 9999 are missing. */
function instantMs(cell: string): number | null {
  const found = /^(\d{4}-\d{2}-\d{2})(?: (\d{2}:\d{2}:\d{2}(?:\.\d+)?)(?:\+00)?)?$/.exec(cell);
  if (!found) return null;
  const [, date, time = '00:00:00'] = found;
  const ms = Date.parse(`${date}T${time.slice(0, 12)}Z`);
  return Number.isNaN(ms) ? null : ms;
}

/**
 * The type of each column of a result. Lists, rows, bytes and shapes are refused, unless the column is ignored.
 * **Throws** `data.unreadable`, naming the column.
 */
export async function typesOf(reading: Reading, fields: Texts['fields'], ignore: readonly string[]): Promise<ColumnType[]> {
  const unknown = [...new Set(fields.map(({ type }) => type).filter((type) => !builtIn.has(type)))];
  const enums = unknown.length === 0 ? new Set<number>() : await enumsAmong(reading, unknown);
  return fields.map(({ name, type }) => {
    const known = builtIn.get(type) ?? (enums.has(type) ? text : undefined);
    if (known) return known;
    if (ignore.includes(name)) return nothing;
    throw new Fault('data.unreadable', 'A column has a type that is not read: a list, a row, bytes or a shape.', { at: name, hint: 'Write it as text in a query, like tags::text as tags, or ignore it.' });
  });
}

/** Enumerations, and texts of extensions like citext. */
async function enumsAmong(reading: Reading, types: readonly number[]): Promise<Set<number>> {
  const { rows } = await reading.ask(`select oid::text from pg_catalog.pg_type where oid::text = any (string_to_array($1, ',')) and (typtype = 'e' or typcategory = 'S')`, [types.join()]);
  return new Set(rows.map(([oid]) => Number(oid)));
}
