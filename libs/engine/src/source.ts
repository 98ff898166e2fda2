import { statSync } from 'node:fs';
import type { DatasetConfig } from '@podnet/contracts';
import { Fault } from '@podnet/errors';
import { checkNames, examineCsv, type CsvShape } from './csv-shape.ts';
import { translated, type Frame, type Polars } from './polars.ts';
import type { Source, SourceColumn, Storage } from './source-column.ts';
import { fileName, sourceFiles } from './source-files.ts';
import { stacked, type Part } from './stack.ts';

export type { Source, SourceColumn, Storage } from './source-column.ts';

const unreadable = 'The file cannot be read as a table.';

/**
 * Opens the files of a dataset. Rows are not read yet, but for a CSV every byte was looked at.
 * **Throws** `data.unreadable`, `data.wrong-encoding`, `data.empty`, `data.duplicate-column`, `data.missing-column` for files that differ.
 */
export function openSource(pl: Polars, dataset: DatasetConfig, baseDir: string, shapes: Map<string, CsvShape>): Source {
  const paths = sourceFiles(dataset, baseDir);
  const isCsv = 'csv' in dataset.source;
  const parts = paths.map((path): Part => {
    const file = fileName(path, baseDir);
    return named(paths.length > 1 ? file : undefined, () => {
      const stat = translated(() => statSync(path), 'data.unreadable', 'The file does not exist or may not be read.');
      if (!stat.isFile()) throw new Fault('data.unreadable', 'The source is not a file.');
      if (stat.size === 0) throw new Fault('data.empty', 'The file is empty.');
      return { file, ...(isCsv ? openCsv(pl, path, `${path} ${stat.dev} ${stat.ino} ${stat.size} ${stat.mtimeMs}`, shapes) : openParquet(pl, path)) };
    });
  });
  return stacked(pl, parts);
}

/** Of several files, a fault names the one it is about. */
function named<T>(file: string | undefined, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (file === undefined || !(error instanceof Fault)) throw error;
    const { details } = error;
    throw new Fault(error.code, error.message, { ...details, at: details.at === undefined ? file : `${file}: ${details.at}`, cause: error.cause });
  }
}

function openCsv(pl: Polars, path: string, key: string, shapes: Map<string, CsvShape>): Omit<Part, 'file'> {
  const shape = shapes.get(key) ?? translated(() => examineCsv(path), 'data.unreadable', unreadable);
  shapes.set(key, shape);
  const scanned = translated(() => pl.scanCSV(path, { inferSchemaLength: 0, glob: false, cache: false }), 'data.unreadable', unreadable);
  const { frame, found } = withOwnKeys(scanned);
  if (found.length !== shape.header.length) throw new Fault('data.unreadable', unreadable);
  const columns = new Map(shape.header.map((name, i): [string, SourceColumn] => [name, { key: keyOf(i), storage: 'text' }]));
  // A line with nothing on it is no row; with a single column it is a missing value.
  return { frame: shape.hasBlankLines && found.length > 1 ? frame.filter(pl.anyHorizontal([pl.all().isNotNull()])) : frame, columns, natives: new Map() };
}

function openParquet(pl: Polars, path: string): Omit<Part, 'file'> {
  const scanned = translated(() => pl.scanParquet(path, { glob: false, hivePartitioning: false, cache: false }), 'data.unreadable', unreadable);
  const { frame, found } = withOwnKeys(scanned);
  checkNames(found);
  const schema = translated(() => frame.limit(0).collectSync().schema as Record<string, { variant: string }>, 'data.unreadable', unreadable);
  const columns = new Map<string, SourceColumn>();
  for (const [i, name] of found.entries()) {
    const key = keyOf(i);
    const { variant } = schema[key]!;
    columns.set(name, { key, storage: storageOf(variant), ...(variant === 'Datetime' ? { hasTimes: true } : {}) });
  }
  return { frame, columns, natives: new Map(found.map((name, i) => [name, JSON.stringify(schema[keyOf(i)])])) };
}

const keyOf = (index: number): string => `c${index}`;

function withOwnKeys(scanned: Frame): { frame: Frame; found: string[] } {
  return translated(
    () => {
      const found = scanned.columns;
      return { found, frame: scanned.rename(Object.fromEntries(found.map((name, i) => [name, keyOf(i)]))) };
    },
    'data.unreadable',
    unreadable,
  );
}

function storageOf(variant: string): Storage {
  if (/^U?Int\d+$/.test(variant)) return 'integer';
  if (/^(Float|Decimal)/.test(variant)) return 'number';
  if (variant === 'Bool') return 'boolean';
  if (variant === 'Date' || variant === 'Datetime') return 'date';
  if (variant === 'String' || variant === 'Utf8' || variant === 'Categorical' || variant === 'Enum') return 'text';
  return 'nested';
}
