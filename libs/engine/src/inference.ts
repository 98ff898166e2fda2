import type { PublishedColumn } from '@podnet/contracts';
import { cellsOfAlike, isoDate, plainTruth } from './cell.ts';
import { translated, type Frame, type Polars } from './polars.ts';
import type { SourceColumn, Storage } from './source-column.ts';

export type Kind = PublishedColumn['kind'];

/** A text column with more distinct values than this is not a category unless the custodian says so. */
export const mostInferredValues = 50;

/** Columns of one look at the rows: bounds the size of a query. */
const columnsAtOnce = 100;

/**
 * The kind of each column, from how the file holds it and what its cells are.
 *
 * A text column (every CSV column is one) is read by its cells that are not missing:
 * 1. none at all: `text`;
 * 2. each a numeral: `integer` when each is a whole number that a double holds exactly, else `number` (`inf` counts as a numeral
 *    and is missing when read);
 * 3. each `true` or `false`: `boolean`;
 * 4. each an ISO 8601 day or day and time: `date`;
 * 5. at most 50 distinct ones: `category`;
 * 6. else `text`.
 * A Parquet column of floats with whole numbers only is an `integer`, so that two files of one table agree; nested columns are `text`.
 */
export function inferKinds(pl: Polars, frame: Frame, columns: ReadonlyMap<string, SourceColumn>): Map<string, Kind> {
  const kinds = new Map<string, Kind>();
  const looked: string[] = [];
  for (const [name, { storage }] of columns) {
    if (storage === 'text' || storage === 'number') looked.push(name);
    else kinds.set(name, storage === 'nested' ? 'text' : storage);
  }
  for (let from = 0; from < looked.length; from += columnsAtOnce) {
    const names = looked.slice(from, from + columnsAtOnce);
    const counts = translated(() => countCells(pl, frame, names.map((name) => columns.get(name)!)), 'data.unreadable', 'The rows of the file cannot be read.');
    for (const name of names) {
      const { key, storage } = columns.get(name)!;
      kinds.set(name, kindOf(storage, (what) => counts.get(`${key} ${what}`) ?? 0));
    }
  }
  return kinds;
}

type Count = 'present' | 'numerals' | 'broken' | 'truths' | 'dates' | 'distinct';

function kindOf(storage: Storage, count: (what: Count) => number): Kind {
  const present = count('present');
  if (storage === 'number') return present > 0 && count('broken') === 0 ? 'integer' : 'number';
  if (present === 0) return 'text';
  if (count('numerals') === present) return count('broken') === 0 ? 'integer' : 'number';
  if (count('truths') === present) return 'boolean';
  if (count('dates') === present) return 'date';
  return count('distinct') <= mostInferredValues ? 'category' : 'text';
}

function countCells(pl: Polars, frame: Frame, columns: readonly SourceColumn[]): Map<string, number> {
  const keysOf = (wanted: Storage): string[] => columns.filter(({ storage }) => storage === wanted).map(({ key }) => key);
  const expressions = (['text', 'number'] as const).flatMap((storage) => {
    const keys = keysOf(storage);
    if (keys.length === 0) return [];
    const { text, number, numeral } = cellsOfAlike(pl, keys, storage);
    const whole = number.eq(number.floor()).and(number.abs().ltEq(Number.MAX_SAFE_INTEGER));
    const broken = numeral.isNotNull().and(pl.when(whole.isNotNull()).then(whole).otherwise(pl.lit(false)).eq(pl.lit(false)));
    const sum = (truth: typeof text, what: Count) => truth.cast(pl.Int64).sum().suffix(` ${what}`);
    if (storage === 'number') return [sum(number.isNotNull(), 'present'), sum(number.isNotNull().and(broken), 'broken')];
    return [
      sum(text.isNotNull(), 'present'),
      sum(numeral.isNotNull(), 'numerals'),
      sum(broken, 'broken'),
      sum(text.str.toLowerCase().isIn(plainTruth), 'truths'),
      sum(text.str.contains(isoDate), 'dates'),
      text.nUnique().suffix(' distinct'),
    ];
  });
  const row = frame.select(expressions).collectSync().toRecords()[0] ?? {};
  return new Map(Object.entries(row).map(([name, value]) => [name, Number(value ?? 0)]));
}
