import { limits, publishedColumn, type DatasetConfig, type PublishedColumn, type PublishedSchema } from '@podnet/contracts';
import { Fault } from '@podnet/errors';
import { canonicalValue, type SplitPart } from '@podnet/learning';
import { cellsOf, isoTime } from './cell.ts';
import { declaredDomain, observedDomain, spellingsOf } from './domain.ts';
import { inferKinds, type Kind } from './inference.ts';
import { translated, type Frame, type Polars } from './polars.ts';
import type { Source, SourceColumn } from './source-column.ts';

/** What a dataset publishes, and what its custodian should know. Warnings are for the custodian's own eyes and hold no values. */
export interface Inspection {
  columns: PublishedColumn[];
  parts: PublishedSchema['parts'];
  warnings: { code: 'data.value-not-in-domain' | 'data.empty'; at: string; says: string }[];
}

const partNames = ['train', 'validation', 'test'] as const satisfies readonly SplitPart[];

/** **Throws** `data.empty`, `data.missing-column`, `data.unreadable`, `config.invalid`. */
export function inspectSource(pl: Polars, source: Source, dataset: DatasetConfig): Inspection {
  requireColumns(source, dataset);
  const ignored = new Set(dataset.ignore);
  const published = new Map([...source.columns].filter(([name]) => !ignored.has(name)));
  if (published.size === 0) throw new Fault('data.empty', 'No column is left to publish.');
  if (published.size > limits.columnsPerDataset) throw new Fault('config.invalid', `A dataset has at most ${limits.columnsPerDataset} columns.`);
  const splitColumn = 'column' in dataset.split ? [dataset.split.column] : [];
  const read = translated(() => source.frame.select(pl.cols([...new Set([...published.keys(), ...splitColumn].map((name) => source.columns.get(name)!.key))])).collectSync(), 'data.unreadable', 'The rows of the file cannot be read.');
  if (read.height === 0) throw new Fault('data.empty', 'The file has a header but no rows.');
  const frame = read.lazy();
  const inferred = inferKinds(pl, frame, new Map([...published].filter(([name]) => !isSettled(dataset, name))));
  const inspection: Inspection = { columns: [], parts: partNames.filter((part) => asksFor(dataset, part)), warnings: [] };
  for (const [name, column] of published) inspection.columns.push(publishColumn(pl, frame, dataset, name, column, inferred.get(name) ?? 'text', inspection.warnings));
  checkSplit(pl, frame, source, dataset, inspection);
  return inspection;
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

const isSettled = (dataset: DatasetConfig, name: string): boolean => dataset.columns[name]?.type !== undefined || dataset.columns[name]?.domain !== undefined;

function publishColumn(pl: Polars, frame: Frame, dataset: DatasetConfig, name: string, read: SourceColumn, inferred: Kind, warnings: Inspection['warnings']): PublishedColumn {
  const config = Object.hasOwn(dataset.columns, name) ? dataset.columns[name]! : {};
  const kind = config.type ?? (config.domain ? 'category' : inferred);
  if (config.domain && kind !== 'category') throw new Fault('config.invalid', `The column ${name} has a domain but the type ${kind}.`, { at: `columns.${name}.type`, hint: 'Only a category has a domain.' });
  if (kind === 'category' && read.storage === 'nested') throw new Fault('config.invalid', `The column ${name} is nested and cannot be a category.`, { at: `columns.${name}.type` });
  const column: PublishedColumn = { name, kind, ...(config.description ? { description: config.description } : {}) };
  if (!publishedColumn.shape.name.safeParse(name).success) {
    throw new Fault('data.unreadable', 'A column has no name, a name over 200 characters, or one with invisible characters.', { hint: 'Give every column of the file a plain name.' });
  }
  if (kind === 'date' && hasTimes(pl, frame, read)) return { ...column, times: true };
  if (kind !== 'category') return column;
  const spellings = spellingsOf(pl, frame, read);
  if (config.domain) {
    const values = declaredDomain(config.domain, name);
    const known = new Set(values);
    if (spellings.some(({ text }) => !known.has(canonicalValue(text)))) {
      warnings.push({ code: 'data.value-not-in-domain', at: `columns.${name}.domain`, says: `The column ${name} has values outside its declared domain; they count as missing.` });
    }
    return { ...column, domain: { source: 'declared', values } };
  }
  const values = observedDomain(spellings, name);
  // A guess that would publish nothing is no category; a custodian who says category is taken at their word.
  if (values.length === 0 && config.type === undefined) return { ...column, kind: 'text' };
  return { ...column, domain: { source: 'observed', values } };
}

/** A file with types says it; texts are times when one of them is. */
function hasTimes(pl: Polars, frame: Frame, read: SourceColumn): boolean {
  if (read.storage !== 'text') return read.hasTimes ?? false;
  const { text } = cellsOf(pl, read);
  const [row] = translated(() => frame.select(text.str.contains(isoTime).cast(pl.Int64).sum().alias('times')).collectSync().toRecords(), 'data.unreadable', 'The rows of the file cannot be read.');
  return Number(row?.['times'] ?? 0) > 0;
}

/** A part with a share in percent, or with values of the split column. */
function asksFor(dataset: DatasetConfig, part: SplitPart): boolean {
  const share = dataset.split[part];
  return typeof share === 'number' ? share > 0 : share.length > 0;
}

function checkSplit(pl: Polars, frame: Frame, source: Source, dataset: DatasetConfig, inspection: Inspection): void {
  if (!('column' in dataset.split)) return;
  const { split } = dataset;
  const claimed = partNames.flatMap((part) => [...new Set(split[part].map(canonicalValue))]);
  if (new Set(claimed).size < claimed.length) throw new Fault('config.invalid', 'A value of the split column stands for two parts.', { at: 'split' });
  const seen = new Set(spellingsOf(pl, frame, source.columns.get(split.column)!).map(({ text }) => canonicalValue(text)));
  for (const part of inspection.parts) {
    if (!split[part].some((value) => seen.has(canonicalValue(value)))) {
      inspection.warnings.push({ code: 'data.empty', at: `split.${part}`, says: `No row belongs to the part ${part}.` });
    }
  }
}
