import { randomFillSync } from 'node:crypto';
import type { Frame, Polars, Table } from '../polars.ts';
import type { Keys } from '../query/query-frame.ts';

/** Rows of units: `unit` is never missing. */
export interface UnitRows {
  readonly table: Table;
  readonly unit: string;
  /** Group keys. */
  readonly keys: readonly string[];
  /** What else has to stay beside the rows. */
  readonly beside: readonly string[];
}

export interface Bounds {
  readonly maxRows: number;
  readonly maxGroups: number;
}

/** One call of `randomFillSync` fills less than 2 GiB. */
const mostFilled = 2 ** 30;

/** **Shape** (rows). Fresh random numbers of 64 bits, one for each row. */
function drawn(rows: number): BigInt64Array {
  const numbers = new BigInt64Array(rows);
  const bytes = new Uint8Array(numbers.buffer);
  for (let at = 0; at < bytes.length; at += mostFilled) randomFillSync(bytes, at, Math.min(mostFilled, bytes.length - at));
  return numbers;
}

/** Rows in an order that nobody knows and that depends on nothing: the first few of any of them are a uniform choice. */
function shuffled(pl: Polars, keys: Keys, table: Table): Table {
  if (table.height === 0) return table;
  const random = keys.next();
  // A table at hand: what follows takes the first rows of groups, and their order must not be optimised away.
  return table.withColumn(pl.Series(random, drawn(table.height) as never) as never).sort(random).drop(random);
}

/**
 * Keeps at most `maxGroups` groups of each unit, and of those at most `maxRows` rows each, every choice uniform and independent of all values. What is
 * kept of one unit depends on no row of another.
 */
export function bounded(pl: Polars, names: Keys, rows: UnitRows, { maxRows, maxGroups }: Bounds): Table {
  const withFewRows = passes(pl, rows.table, [rows.unit, ...rows.keys], maxRows) ? rows.table : firstRows(pl, names, rows, maxRows);
  return rows.keys.length === 0 ? withFewRows : firstGroups(pl, names, { ...rows, table: withFewRows }, maxGroups);
}

/** Nothing that is counted by `by` is there more than `most` times. */
function passes(pl: Polars, table: Table, by: readonly string[], most: number): boolean {
  const [found] = table.lazy().groupBy([...by]).agg(pl.len().alias('n')).select(pl.col('n').max().alias('n')).collectSync().toRecords();
  return Number(found?.['n'] ?? 0) <= most;
}

function firstRows(pl: Polars, names: Keys, { table, unit, keys, beside }: UnitRows, maxRows: number): Table {
  // Lists of no column would be no rows.
  const held = beside.length === 0 ? names.next() : null;
  const mixed = shuffled(pl, names, held === null ? table : table.withColumn(pl.lit(true).alias(held)));
  const lists = held === null ? beside : [held];
  return exploded(mixed.lazy().groupBy([unit, ...keys]).agg(...lists.map((column) => pl.col(column).head(maxRows))), lists).select(...[unit, ...keys, ...beside].map((column) => pl.col(column))).collectSync();
}

function firstGroups(pl: Polars, names: Keys, { table, unit, keys, beside }: UnitRows, maxGroups: number): Table {
  const number = names.next();
  const pairs = table.lazy().groupBy([unit, ...keys]).agg(pl.len().alias(number)).select(...[unit, ...keys].map((column) => pl.col(column))).collectSync();
  if (passes(pl, pairs, [unit], maxGroups)) return table;
  const held = beside.length === 0 ? names.next() : null;
  const lists = held === null ? beside : [held];
  const grouped = (held === null ? table : table.withColumn(pl.lit(true).alias(held))).lazy().groupBy([unit, ...keys]).agg(...lists.map((column) => pl.col(column))).collectSync();
  const taken = [...keys, ...lists];
  const kept = exploded(shuffled(pl, names, grouped).lazy().groupBy([unit]).agg(...taken.map((column) => pl.col(column).head(maxGroups))), taken);
  return exploded(kept, lists).select(...[unit, ...keys, ...beside].map((column) => pl.col(column))).collectSync();
}

const exploded = (frame: Frame, columns: readonly string[]): Frame => frame.explode([...columns]);
