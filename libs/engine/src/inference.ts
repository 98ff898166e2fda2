import type { PublishedColumn } from '@podnet/contracts';
import { isoDate, plainTruth, streamableTexts } from './cell.ts';
import { streamed, translated, type Expression, type Frame, type Polars } from './polars.ts';
import type { SourceColumn, Storage } from './source-column.ts';

export type Kind = PublishedColumn['kind'];

/** A text column with more distinct values than this is not a category unless the custodian says so. */
export const mostInferredValues = 50;

/** Columns of one look at the rows: bounds the size of a query. */
export const columnsAtOnce = 100;

/** A text with too many distinct values among so many rows has too many in all of them, and its values need not be kept to be counted. */
const firstRows = 10_000;

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
    const held = names.map((name) => columns.get(name)!);
    const counts = translated(() => {
      const first = countDistinct(pl, frame.limit(firstRows), held);
      const few = held.filter(({ key }) => (first.get(key) ?? Infinity) <= mostInferredValues);
      // A look of its own: beside others the native library would hold what it has counted and they have not.
      const distinct = countDistinct(pl, frame, few);
      return new Map([...countCells(pl, frame, held), ...[...distinct].map(([key, count]): [string, number] => [named(key, 'distinct'), count])]);
    }, 'data.unreadable', 'The rows of the file cannot be read.');
    for (const name of names) {
      const { key, storage } = columns.get(name)!;
      kinds.set(name, kindOf(storage, (what) => counts.get(named(key, what)) ?? 0));
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
  const distinct = count('distinct');
  return distinct > 0 && distinct <= mostInferredValues ? 'category' : 'text';
}

/** Distinct values of texts, by their keys. */
function countDistinct(pl: Polars, frame: Frame, columns: readonly SourceColumn[]): Map<string, number> {
  const keys = columns.filter(({ storage }) => storage === 'text').map(({ key }) => key);
  if (keys.length === 0) return new Map();
  const row = streamed(frame.select(streamableTexts(pl, keys, 'text').nUnique())).toRecords()[0] ?? {};
  return new Map(Object.entries(row).map(([key, value]) => [key, Number(value ?? 0)]));
}

/** Of a text, what it is as a number stands beside it under another key. */
const asNumber = ' as number';
const named = (key: string, what: Count): string => `${key}${what === 'numerals' || what === 'broken' ? asNumber : ''} ${what}`;

function countCells(pl: Polars, frame: Frame, columns: readonly SourceColumn[]): Map<string, number> {
  const keysOf = (wanted: Storage): string[] => columns.filter(({ storage }) => storage === wanted).map(({ key }) => key);
  const [texts, numbers] = [keysOf('text'), keysOf('number')];
  const keys = [...texts, ...numbers];
  const held = pl.cols(numbers).cast(pl.Float64, false);
  const sum = (truth: Expression, what: Count): Expression => truth.cast(pl.Int64).sum().suffix(` ${what}`);
  // Step by step, so that no reading is made twice.
  const read = frame
    .select([...(texts.length > 0 ? [streamableTexts(pl, texts, 'text')] : []), ...(numbers.length > 0 ? [pl.when(held.isFinite()).then(held).otherwise(pl.lit(null))] : [])])
    .withColumns(pl.cols(keys).cast(pl.Float64, false).suffix(asNumber));
  const counted = [sum(pl.cols(keys).isNotNull(), 'present')];
  if (texts.length > 0) {
    const lower = pl.cols(texts).str.toLowerCase();
    counted.push(sum(plainTruth.map((word) => lower.eq(pl.lit(word))).reduce((one, other) => one.or(other)), 'truths'), sum(pl.cols(texts).str.contains(isoDate), 'dates'));
  }
  // Not finite is not whole: `inf` and NaN are beyond every whole number here.
  const number = pl.cols(keys.map((key) => key + asNumber));
  const whole = number.eq(number.floor()).and(number.abs().ltEq(Number.MAX_SAFE_INTEGER));
  counted.push(sum(number.isNotNull(), 'numerals'), sum(whole.not(), 'broken'));
  const row = streamed(read.select(counted)).toRecords()[0] ?? {};
  return new Map(Object.entries(row).map(([name, value]) => [name, Number(value ?? 0)]));
}
