import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { DatasetConfig } from '@podnet/contracts';
import { Fault } from '@podnet/errors';
import { checkNames, examineCsv, type CsvShape } from './csv-shape.ts';
import { translated, type Frame, type Polars } from './polars.ts';

/** How the file itself holds a column. */
export type Storage = 'text' | 'number' | 'integer' | 'boolean' | 'date' | 'nested';

/** A file as a lazy table. CSV columns are all text; nothing was guessed. */
export interface Source {
  frame: Frame;
  columns: Map<string, Storage>;
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
  const found = translated(() => scanned.columns, 'data.unreadable', unreadable);
  if (found.length !== shape.header.length) throw new Fault('data.unreadable', unreadable);
  // The native reader keeps doubled quotes in names, so ours replace them.
  const renamed = Object.fromEntries(found.flatMap((name, i) => (name === shape.header[i] ? [] : [[name, shape.header[i]!]])));
  let frame = Object.keys(renamed).length > 0 ? scanned.rename(renamed) : scanned;
  if (shape.hasBlankLines && shape.header.length > 1) frame = frame.filter(pl.anyHorizontal(shape.header.map((name) => pl.col(name).isNotNull())));
  return { frame, columns: new Map(shape.header.map((name) => [name, 'text'])) };
}

function openParquet(pl: Polars, path: string): Source {
  const frame = translated(() => pl.scanParquet(path, { glob: false, hivePartitioning: false, cache: false }), 'data.unreadable', unreadable);
  const schema = translated(() => frame.limit(0).collectSync().schema as Record<string, { variant: string }>, 'data.unreadable', unreadable);
  checkNames(Object.keys(schema));
  return { frame, columns: new Map(Object.entries(schema).map(([name, type]) => [name, storageOf(type.variant)])) };
}

function storageOf(variant: string): Storage {
  if (/^U?Int\d+$/.test(variant)) return 'integer';
  if (/^(Float|Decimal)/.test(variant)) return 'number';
  if (variant === 'Bool') return 'boolean';
  if (variant === 'Date' || variant === 'Datetime') return 'date';
  if (variant === 'String' || variant === 'Utf8' || variant === 'Categorical' || variant === 'Enum') return 'text';
  return 'nested';
}
