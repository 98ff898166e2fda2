import type { DatasetConfig, PublishedColumn } from '@podnet/contracts';
import { Fault } from '@podnet/errors';
import { canonicalValue, splitByColumn, splitRows, type CategoryColumn, type Column, type Split, type Table } from '@podnet/learning';
import { cellsOf, cellsOfAlike } from './cell.ts';
import { spellingsOf } from './domain.ts';
import { translated, type Frame, type Polars } from './polars.ts';
import type { Source, SourceColumn } from './source-column.ts';

/** Columns at hand, with which rows serve what. */
export interface Loaded {
  table: Table;
  split: Split;
}

const unreadable = 'The rows of the file cannot be read.';
const dayMs = 86_400_000;
/** Cells of columns that are taken over together: bounds the memory that this takes on top of the columns themselves. */
const mostStackedCells = 1_000_000;

/**
 * Reads columns as they were published. **Shape** (all rows) each.
 * **Throws** `data.empty`, `data.missing-column` when the file has changed under us, `schema.wrong-kind` for a text, `data.unreadable`.
 */
export function loadSource(pl: Polars, source: Source, dataset: DatasetConfig, columns: readonly PublishedColumn[]): Loaded {
  const splitColumn = 'column' in dataset.split ? dataset.split.column : undefined;
  const names = new Set(columns.map((column) => column.name));
  if (splitColumn !== undefined) names.add(splitColumn);
  // Rows are counted even when no column is asked for.
  if (names.size === 0) names.add([...source.columns.keys()][0]!);
  for (const name of names) if (!source.columns.has(name)) throw new Fault('data.missing-column', 'The file has changed: a published column is gone.', { at: name });
  const read = translated(() => source.frame.select(pl.cols([...names].map((name) => source.columns.get(name)!.key))).collectSync(), 'data.unreadable', unreadable);
  const rows = read.height;
  if (rows === 0) throw new Fault('data.empty', 'The file has no rows.');
  const frame = read.lazy();
  const numbers = readNumbers(pl, frame, rows, columns.filter(isNumeric).map(({ name }) => source.columns.get(name)!));
  const table: Table = { rows, columns: columns.map((column) => readColumn(pl, frame, column, source.columns.get(column.name)!, numbers)) };
  if (!('column' in dataset.split)) return { table, split: splitRows(rows, dataset.split) };
  const { column, ...lists } = dataset.split;
  const values = Object.values(lists).flat() as (string | number | boolean)[];
  const domain = [...new Set(values.map(canonicalValue))];
  const texts = { train: lists.train.map(canonicalValue), validation: lists.validation.map(canonicalValue), test: lists.test.map(canonicalValue) };
  return { table, split: splitByColumn(readCategory(pl, frame, column, source.columns.get(column)!, domain), texts) };
}

const isNumeric = ({ kind }: PublishedColumn): boolean => kind === 'number' || kind === 'integer';

function readColumn(pl: Polars, frame: Frame, { name, kind, domain }: PublishedColumn, read: SourceColumn, numbers: ReadonlyMap<string, Float64Array>): Column {
  if (kind === 'text' || read.storage === 'nested') throw new Fault('schema.wrong-kind', `The column ${name} is a text and cannot be computed with.`, { at: name });
  if (kind === 'category') return readCategory(pl, frame, name, read, domain?.values ?? []);
  return { kind: 'number', name, values: kind === 'date' ? readDates(pl, frame, read) : kind === 'boolean' ? readTruths(pl, frame, read) : numbers.get(read.key)! };
}

/**
 * All numeric columns by their keys, many in one query, one under the other: making queries and taking columns over costs more than
 * computing them. **Units**: as in the file. Missing is NaN, and so are `inf` and everything that is no number.
 */
function readNumbers(pl: Polars, frame: Frame, rows: number, columns: readonly SourceColumn[]): Map<string, Float64Array> {
  const alike = Map.groupBy(columns, ({ storage }) => storage);
  alike.delete('nested');
  const atOnce = Math.max(1, Math.floor(mostStackedCells / rows));
  const numbers = new Map<string, Float64Array>();
  for (const [storage, held] of alike) {
    for (let from = 0; from < held.length; from += atOnce) {
      const keys = held.slice(from, from + atOnce).map(({ key }) => key);
      const values = translated(() => {
        const read = frame.select(cellsOfAlike(pl, keys, storage).number.cast(pl.Float64).fillNull(Number.NaN)).collectSync();
        return (keys.length === 1 ? read.getColumn(keys[0]!) : read.unpivot([], keys).getColumn('value')).toTypedArray() as Float64Array;
      }, 'data.unreadable', unreadable);
      for (const [i, key] of keys.entries()) numbers.set(key, keys.length === 1 ? values : values.slice(i * rows, (i + 1) * rows));
    }
  }
  return numbers;
}

/** 1 or 0; missing is NaN, and so is everything that is neither. */
function readTruths(pl: Polars, frame: Frame, read: SourceColumn): Float64Array {
  const truth = cellsOf(pl, read).truth.cast(pl.Float64).fillNull(Number.NaN);
  return translated(() => frame.select(truth.alias('value')).collectSync().getColumn('value').toTypedArray() as Float64Array, 'data.unreadable', unreadable);
}

/** **Units**: days since 1970-01-01, UTC unless the text names an offset; a time of day is a fraction. Missing is NaN. */
function readDates(pl: Polars, frame: Frame, read: SourceColumn): Float64Array {
  if (read.storage === 'date') {
    const days = pl.col(read.key).cast(pl.Datetime('ms')).cast(pl.Int64).cast(pl.Float64).div(pl.lit(dayMs));
    return translated(() => frame.select(days.fillNull(Number.NaN).alias('value')).collectSync().getColumn('value').toTypedArray() as Float64Array, 'data.unreadable', unreadable);
  }
  const texts = translated(() => frame.select(cellsOf(pl, read).text.alias('value')).collectSync().getColumn('value').toArray() as (string | null)[], 'data.unreadable', unreadable);
  return Float64Array.from(texts, (text) => (text === null ? Number.NaN : dayOf(text)));
}

function dayOf(text: string): number {
  const found = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(\.\d+)?(Z|[+-]\d{2}:?\d{2})?)?$/.exec(text);
  if (!found) return Number.NaN;
  const [, day, time = '00:00', fraction = '', zone = 'Z'] = found;
  const midnight = Date.parse(`${day}T00:00:00Z`);
  // Some months are shorter than what `Date` lets pass.
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== day) return Number.NaN;
  const offset = zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
  return (Date.parse(`${day}T${time}${offset}`) + Number(`0${fraction}`) * 1_000) / dayMs;
}

/**
 * Codes of a category in its published domain. Values outside it are missing: a rare value must not show by its effect, and a
 * declared domain is what the custodian has agreed to.
 */
function readCategory(pl: Polars, frame: Frame, name: string, read: SourceColumn, domain: readonly string[]): CategoryColumn {
  const codeOfValue = new Map(domain.map((value, code) => [value, code]));
  const codeOfText = new Map<string, number>();
  for (const { text } of spellingsOf(pl, frame, read)) {
    const code = codeOfValue.get(canonicalValue(text));
    if (code !== undefined) codeOfText.set(text, code);
  }
  const column: CategoryColumn = { kind: 'category', name, codes: new Int32Array(0), domain: [...domain] };
  translated(() => {
    const { text } = cellsOf(pl, read);
    const known = codeOfText.size === 0 ? pl.lit(null).cast(pl.Utf8) : pl.when(text.isIn([...codeOfText.keys()])).then(text).otherwise(pl.lit(null));
    // The native library numbers the texts in its own way; the pairs of text and number tell us how.
    const numbered = frame.select(pl.col(read.key), known.alias('text')).withColumn(pl.col('text').cast(pl.Categorical).toPhysical().cast(pl.Float64).fillNull(-1).alias('code')).collectSync();
    const pairs = numbered.select('text', 'code').unique().toRecords() as { text: string | null; code: number }[];
    const codes = new Map(pairs.map((pair) => [pair.code, pair.text === null ? -1 : codeOfText.get(pair.text)!]));
    column.codes = Int32Array.from(numbered.getColumn('code').toTypedArray() as Float64Array, (code) => codes.get(code) ?? -1);
  }, 'data.unreadable', unreadable);
  return column;
}
