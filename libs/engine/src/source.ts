import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { DatasetConfig } from '@podnet/contracts';
import { Fault } from '@podnet/errors';
import { checkNames, examineCsv, type CsvShape } from './csv-shape.ts';
import { translated, type Frame, type Polars } from './polars.ts';

/** How the file itself holds a column. */
export type Storage = 'text' | 'number' | 'integer' | 'boolean' | 'date' | 'nested';

/** One column of the file. In the native library it has a name of ours: its own could be a pattern or a method there. */
export interface SourceColumn {
  key: string;
  storage: Storage;
}

/** A file as a lazy table. CSV columns are all text; nothing was guessed. */
export interface Source {
  frame: Frame;
  /** By their names in the file, in its order. */
  columns: Map<string, SourceColumn>;
}

export const sourcePath = (dataset: DatasetConfig, baseDir: string): string => resolve(baseDir, 'csv' in dataset.source ? dataset.source.csv : dataset.source.parquet);

const unreadable = 'The file cannot be read as a table.';

/**
 * Opens the file of a dataset. Rows are not read yet, but for a CSV every byte was looked at.
 * **Throws** `data.unreadable`, `data.wrong-encoding`, `data.empty`, `data.duplicate-column`.
 */
export function openSource(pl: Polars, dataset: DatasetConfig, baseDir: string, shapes: Map<string, CsvShape>): Source {
  const path = sourcePath(dataset, baseDir);
  const stat = translated(() => statSync(path), 'data.unreadable', 'The file does not exist or may not be read.');
  if (!stat.isFile()) throw new Fault('data.unreadable', 'The source is not a file.');
  if (stat.size === 0) throw new Fault('data.empty', 'The file is empty.');
  return 'csv' in dataset.source ? openCsv(pl, path, `${path} ${stat.dev} ${stat.ino} ${stat.size} ${stat.mtimeMs}`, shapes) : openParquet(pl, path);
}

function openCsv(pl: Polars, path: string, key: string, shapes: Map<string, CsvShape>): Source {
  const shape = shapes.get(key) ?? translated(() => examineCsv(path), 'data.unreadable', unreadable);
  shapes.set(key, shape);
  const scanned = translated(() => pl.scanCSV(path, { inferSchemaLength: 0, glob: false, cache: false }), 'data.unreadable', unreadable);
  const { frame, found } = withOwnKeys(scanned);
  if (found.length !== shape.header.length) throw new Fault('data.unreadable', unreadable);
  const columns = new Map(shape.header.map((name, i): [string, SourceColumn] => [name, { key: keyOf(i), storage: 'text' }]));
  // A line with nothing on it is no row; with a single column it is a missing value.
  return { frame: shape.hasBlankLines && found.length > 1 ? frame.filter(pl.anyHorizontal([pl.all().isNotNull()])) : frame, columns };
}

function openParquet(pl: Polars, path: string): Source {
  const scanned = translated(() => pl.scanParquet(path, { glob: false, hivePartitioning: false, cache: false }), 'data.unreadable', unreadable);
  const { frame, found } = withOwnKeys(scanned);
  checkNames(found);
  const schema = translated(() => frame.limit(0).collectSync().schema as Record<string, { variant: string }>, 'data.unreadable', unreadable);
  return { frame, columns: new Map(found.map((name, i): [string, SourceColumn] => [name, { key: keyOf(i), storage: storageOf(schema[keyOf(i)]!.variant) }])) };
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
