import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { canonicalValue } from '@podnet/learning';
import { Fault } from '@podnet/errors';
import { parse } from 'csv-parse/sync';
import type { Scene, Site, SiteColumn } from './site.ts';

const missing = new Set(['', '?', 'NA', 'NaN', 'null']);
/** A whole-numbered column with at most this many values over all files is taken for a category. */
const fewValues = 10;
const manyTexts = 50;

/**
 * One pod for each CSV file of a folder. All files are looked at together, as nobody but their common owner could: so the
 * demonstration can declare the same kinds and domains at every pod.
 * **Throws** `data.unreadable`, `data.empty`, `schema.unknown-column`.
 */
export function folderScene(folder: string, wanted: { target?: string; positive?: string[] }): Scene {
  const all = listCsv(folder).map((file) => ({ file, table: readCsv(join(folder, file)) }));
  const alike = largestLayout(all);
  const files = alike.map(({ file }) => file);
  const tables = alike.map(({ table }) => table);
  const header = tables[0]!.header;
  const target = wanted.target ?? header.at(-1)!;
  if (!header.includes(target)) throw new Fault('schema.unknown-column', 'The files have no column of the name given with --target.', { at: '--target' });

  const kinds = header.map((name) => ({ name, column: kindOf(name, tables), gaps: Math.max(...tables.map((table) => shareMissing(table, name))) }));
  const columns = kinds.flatMap(({ column }) => (column ? [column] : []));
  const goal = columns.find((column) => column.name === target);
  if (!goal) throw new Fault('schema.wrong-kind', 'The target is neither a number nor a category.', { at: '--target' });
  const classified = goal.type === 'category';
  const features = kinds.filter(({ name, column, gaps }) => column && name !== target && gaps < 0.5).map(({ name }) => name);
  const numeric = columns.find((column) => column.type !== 'category' && column.name !== target) ?? goal;

  return {
    title: `${files.length} files of ${basename(resolve(folder))}, one pod for each`,
    leftOut: all.filter((each) => !alike.includes(each)).map(({ file }) => file),
    dataset: 'records',
    description: `Records of ${basename(resolve(folder))}`,
    columns,
    ignored: kinds.filter(({ column }) => !column).map(({ name }) => name),
    sites: files.map((file, i): Site => ({ pod: slugOf(file), csvPath: resolve(folder, file), rows: tables[i]!.rows.map((row) => header.map((name) => row[tables[i]!.header.indexOf(name)] ?? '')).map((row) => row.filter((_, c) => columns.some((column) => column.name === header[c]))) })),
    split: { train: 60, validation: 20, test: 20, seed: 7 },
    minRows: 10,
    learning: {
      rounds: 30,
      metric: classified ? 'accuracy' : 'rmse',
      algorithm: { name: 'model-training', features, target, seed: 7, ...(wanted.positive ? { positive: wanted.positive } : {}) },
      model: { name: classified ? 'logistic-regression' : 'linear-regression' },
    },
    averaged: numeric.name,
    // Nobody has declared bounds of these files, and those of the rows would tell of the rows: so no mean. Values of categories count as their owner's word.
    privately: { by: (classified ? goal : columns.find((column) => column.type === 'category'))?.name ?? null, mean: null },
  };
}

function listCsv(folder: string): string[] {
  let files: string[];
  try {
    files = readdirSync(folder).filter((file) => file.toLowerCase().endsWith('.csv')).sort();
  } catch {
    throw new Fault('data.unreadable', 'The folder given with --data cannot be read.', { at: '--data' });
  }
  if (files.length === 0) throw new Fault('data.empty', 'The folder given with --data has no CSV file.', { at: '--data' });
  return files;
}

/** Files with the same columns can be worked on together; of several such groups, the one with the most files. */
function largestLayout(all: { file: string; table: CsvTable }[]): { file: string; table: CsvTable }[] {
  const groups = Map.groupBy(all, ({ table }) => JSON.stringify(table.header.toSorted()));
  return [...groups.values()].toSorted((a, b) => b.length - a.length)[0]!;
}

interface CsvTable {
  header: string[];
  rows: string[][];
}

function readCsv(path: string): CsvTable {
  try {
    const [header, ...rows] = parse(readFileSync(path, 'utf8'), { bom: true, skip_empty_lines: true, trim: true, relax_column_count: true }) as string[][];
    if (!header || rows.length === 0) throw new Fault('data.empty', 'A file has no rows.', { at: basename(path) });
    return { header, rows };
  } catch (error) {
    throw error instanceof Fault ? error : new Fault('data.unreadable', 'A file is not a CSV table.', { at: basename(path) });
  }
}

function valuesOf(table: CsvTable, name: string): string[] {
  const at = table.header.indexOf(name);
  return table.rows.flatMap((row) => (missing.has(row[at] ?? '') ? [] : [canonicalValue(row[at]!)]));
}

const shareMissing = (table: CsvTable, name: string): number => 1 - valuesOf(table, name).length / table.rows.length;

function kindOf(name: string, tables: CsvTable[]): SiteColumn | undefined {
  const distinct = new Set(tables.flatMap((table) => valuesOf(table, name)));
  if (distinct.size < 2) return undefined;
  const numbers = [...distinct].map(Number);
  if (numbers.every(Number.isFinite)) {
    if (distinct.size > fewValues || !numbers.every(Number.isInteger)) return { name, type: 'number' };
    return { name, type: 'category', domain: numbers.toSorted((a, b) => a - b).map(String) };
  }
  return distinct.size <= manyTexts ? { name, type: 'category', domain: [...distinct].sort() } : undefined;
}

const slugOf = (file: string): string => basename(file).replace(/\.csv$/i, '').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 60) || 'pod';
