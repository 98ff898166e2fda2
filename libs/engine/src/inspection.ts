import { limits, publishedColumn, type DatasetConfig, type PublishedColumn, type PublishedSchema } from '@podnet/contracts';
import { Fault } from '@podnet/errors';
import { canonicalValue, type SplitPart } from '@podnet/learning';
import { isoTime, streamableTexts } from './cell.ts';
import { declaredDomain, observedDomain, spellingsOfAll, type Spelling } from './domain.ts';
import { columnsAtOnce, inferKinds, type Kind } from './inference.ts';
import { streamed, translated, type Polars } from './polars.ts';
import type { Source, SourceColumn } from './source-column.ts';

/** What a dataset publishes, and what its custodian should know. Warnings are for the custodian's own eyes and hold no values. */
export interface Inspection {
  /** See `contentHashOf`. */
  contentHash: string;
  columns: PublishedColumn[];
  parts: PublishedSchema['parts'];
  warnings: { code: 'data.value-not-in-domain' | 'data.empty'; at: string; says: string }[];
}

const partNames = ['train', 'validation', 'test'] as const satisfies readonly SplitPart[];
const unreadable = 'The rows of the file cannot be read.';

/** What one look at all rows has found out of many columns, by their names. */
interface Seen {
  kinds: ReadonlyMap<string, Kind>;
  /** Of categories, and of the column that the split goes by. */
  spellings: ReadonlyMap<string, readonly Spelling[]>;
  /** Dates with a time of day. */
  times: ReadonlySet<string>;
}

/**
 * Looks at the rows a few times, part by part: what it keeps of them does not grow with their number.
 * **Throws** `data.empty`, `data.missing-column`, `data.unreadable`, `config.invalid`.
 */
export function inspectSource(pl: Polars, source: Source, dataset: DatasetConfig): Omit<Inspection, 'contentHash'> {
  requireColumns(source, dataset);
  const ignored = new Set(dataset.ignore);
  const published = new Map([...source.columns].filter(([name]) => !ignored.has(name)));
  if (published.size === 0) throw new Fault('data.empty', 'No column is left to publish.');
  if (published.size > limits.columnsPerDataset) throw new Fault('config.invalid', `A dataset has at most ${limits.columnsPerDataset} columns.`);
  requireRows(pl, source, published, dataset);
  const kinds = kindsOf(pl, source, published, dataset);
  const seen = { kinds, spellings: spellings(pl, source, kinds, dataset), times: timesOf(pl, source, kinds) };
  const inspection: Omit<Inspection, 'contentHash'> = { columns: [], parts: partNames.filter((part) => asksFor(dataset, part)), warnings: [] };
  for (const name of published.keys()) inspection.columns.push(publishColumn(dataset, name, seen, inspection.warnings));
  checkSplit(dataset, seen, inspection);
  return inspection;
}

const splitColumnOf = ({ split }: DatasetConfig): string[] => ('column' in split ? [split.column] : []);

/** Every cell is read, so that what cannot be read is found here, and not by somebody's task. */
function requireRows(pl: Polars, { frame, columns }: Source, published: ReadonlyMap<string, SourceColumn>, dataset: DatasetConfig): void {
  const keys = [...new Set([...published.keys(), ...splitColumnOf(dataset)])].map((name) => columns.get(name)!.key);
  const [row] = translated(() => streamed(frame.select(pl.len().alias('rows'), pl.cols(keys).isNotNull().cast(pl.Int64).sum())).toRecords(), 'data.unreadable', unreadable);
  if (Number(row?.['rows'] ?? 0) === 0) throw new Fault('data.empty', 'The file has a header but no rows.');
}

function requireColumns(source: Source, dataset: DatasetConfig): void {
  const wanted: [string, string][] = [
    ...Object.keys(dataset.columns).map((name): [string, string] => [name, `columns.${name}`]),
    ...dataset.ignore.map((name, i): [string, string] => [name, `ignore[${i}]`]),
    ...('column' in dataset.split ? [[dataset.split.column, 'split.column'] as [string, string]] : []),
  ];
  for (const [name, at] of wanted) {
    if (!source.columns.has(name)) throw new Fault('data.missing-column', `The file has no column ${name}, which the configuration names.`, { at });
  }
}

/** What the custodian says a column is, and what the others look like. **Throws** `config.invalid`. */
function kindsOf(pl: Polars, { frame }: Source, published: ReadonlyMap<string, SourceColumn>, dataset: DatasetConfig): Map<string, Kind> {
  const configOf = (name: string) => (Object.hasOwn(dataset.columns, name) ? dataset.columns[name]! : {});
  const inferred = inferKinds(pl, frame, new Map([...published].filter(([name]) => configOf(name).type === undefined && configOf(name).domain === undefined)));
  return new Map([...published].map(([name, { storage }]) => {
    const { type, domain } = configOf(name);
    const kind = type ?? (domain ? 'category' : (inferred.get(name) ?? 'text'));
    if (domain && kind !== 'category') throw new Fault('config.invalid', `The column ${name} has a domain but the type ${kind}.`, { at: `columns.${name}.type`, hint: 'Only a category has a domain.' });
    if (kind === 'category' && storage === 'nested') throw new Fault('config.invalid', `The column ${name} is nested and cannot be a category.`, { at: `columns.${name}.type` });
    return [name, kind];
  }));
}

function spellings(pl: Polars, { frame, columns }: Source, kinds: ReadonlyMap<string, Kind>, dataset: DatasetConfig): Map<string, Spelling[]> {
  const names = [...new Set([...[...kinds].flatMap(([name, kind]) => (kind === 'category' ? [name] : [])), ...splitColumnOf(dataset)])];
  const found = spellingsOfAll(pl, frame, names.map((name) => columns.get(name)!));
  return new Map(names.map((name) => [name, found.get(columns.get(name)!.key)!]));
}

/** A file with types says it; texts are times when one of them is. */
function timesOf(pl: Polars, { frame, columns }: Source, kinds: ReadonlyMap<string, Kind>): Set<string> {
  const dates = [...kinds].flatMap(([name, kind]) => (kind === 'date' ? [{ name, column: columns.get(name)! }] : []));
  const texts = dates.flatMap(({ column: { key, storage } }) => (storage === 'text' ? [key] : []));
  const withTimes = new Set<string>();
  for (let from = 0; from < texts.length; from += columnsAtOnce) {
    const text = streamableTexts(pl, texts.slice(from, from + columnsAtOnce), 'text');
    const [row] = translated(() => streamed(frame.select(text.str.contains(isoTime).cast(pl.Int64).sum())).toRecords(), 'data.unreadable', unreadable);
    for (const [key, count] of Object.entries(row ?? {})) if (Number(count ?? 0) > 0) withTimes.add(key);
  }
  return new Set(dates.flatMap(({ name, column: { key, storage, hasTimes } }) => ((storage === 'text' ? withTimes.has(key) : hasTimes) ? [name] : [])));
}

function publishColumn(dataset: DatasetConfig, name: string, seen: Seen, warnings: Inspection['warnings']): PublishedColumn {
  const config = Object.hasOwn(dataset.columns, name) ? dataset.columns[name]! : {};
  const kind = seen.kinds.get(name)!;
  const column: PublishedColumn = { name, kind, ...(config.description ? { description: config.description } : {}) };
  if (!publishedColumn.shape.name.safeParse(name).success) {
    throw new Fault('data.unreadable', 'A column has no name, a name over 200 characters, or one with invisible characters.', { hint: 'Give every column of the file a plain name.' });
  }
  if (seen.times.has(name)) return { ...column, times: true };
  if (kind !== 'category') return column;
  const texts = seen.spellings.get(name)!;
  if (config.domain) {
    const values = declaredDomain(config.domain, name);
    const known = new Set(values);
    if (texts.some(({ text }) => !known.has(canonicalValue(text)))) {
      warnings.push({ code: 'data.value-not-in-domain', at: `columns.${name}.domain`, says: `The column ${name} has values outside its declared domain; they count as missing.` });
    }
    return { ...column, domain: { source: 'declared', values } };
  }
  const values = observedDomain(texts, name);
  // A guess that would publish nothing is no category; a custodian who says category is taken at their word.
  if (values.length === 0 && config.type === undefined) return { ...column, kind: 'text' };
  return { ...column, domain: { source: 'observed', values } };
}

/** A part with a share in percent, or with values of the split column. */
function asksFor(dataset: DatasetConfig, part: SplitPart): boolean {
  const share = dataset.split[part];
  return typeof share === 'number' ? share > 0 : share.length > 0;
}

function checkSplit(dataset: DatasetConfig, { spellings: texts }: Seen, inspection: Omit<Inspection, 'contentHash'>): void {
  if (!('column' in dataset.split)) return;
  const { split } = dataset;
  const claimed = partNames.flatMap((part) => [...new Set(split[part].map(canonicalValue))]);
  if (new Set(claimed).size < claimed.length) throw new Fault('config.invalid', 'A value of the split column stands for two parts.', { at: 'split' });
  const seen = new Set(texts.get(split.column)!.map(({ text }) => canonicalValue(text)));
  for (const part of inspection.parts) {
    if (!split[part].some((value) => seen.has(canonicalValue(value)))) {
      inspection.warnings.push({ code: 'data.empty', at: `split.${part}`, says: `No row belongs to the part ${part}.` });
    }
  }
}
