import { existsSync, readdirSync, realpathSync, type Dirent } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { limits, type DatasetConfig } from '@podnet/contracts';
import { Fault } from '@podnet/errors';
import { translated } from './polars.ts';

const unlisted = 'A folder of the files does not exist or may not be read.';

/**
 * Absolute paths of a dataset's files: in the order of a list, and by their names where `*` or `?` stands for several. A path that is a file is
 * that file, whatever it is called; a link that leads out of the folder is followed only when it was named itself.
 * **Throws** `data.unreadable`: no file, more than `limits.filesPerDataset`, a file twice, a link that leads out, a database.
 */
export function sourceFiles({ source }: Pick<DatasetConfig, 'source'>, baseDir: string): string[] {
  if ('postgres' in source) throw new Fault('data.unreadable', 'A database is read by a copy of its rows, and there is none yet.', { hint: 'Make one with: podnet dataset refresh' });
  const given = 'csv' in source ? source.csv : source.parquet;
  const files = [given].flat().flatMap((path) => matches(path, baseDir));
  if (files.length > limits.filesPerDataset) throw new Fault('data.unreadable', `A dataset has at most ${limits.filesPerDataset} files.`);
  const seen = new Set<string>();
  for (const file of files) {
    if (seen.has(file)) throw new Fault('data.unreadable', 'A file is named twice; its rows would count twice.', { at: fileName(file, baseDir) });
    seen.add(file);
  }
  return files;
}

/** The dataset with its files named one by one: whoever opens it then looks into no folder. */
export function withFiles(dataset: DatasetConfig, baseDir: string): DatasetConfig {
  const files = sourceFiles(dataset, baseDir);
  return { ...dataset, source: 'csv' in dataset.source ? { csv: files } : { parquet: files } };
}

/** How faults name a file: as pod.yaml does. */
export const fileName = (file: string, baseDir: string): string => (file.startsWith(baseDir + sep) ? relative(baseDir, file).replaceAll(sep, '/') : file);

function matches(path: string, baseDir: string): string[] {
  const whole = resolve(baseDir, path);
  if (!/[*?]/.test(path) || existsSync(whole)) return [whole];
  const levels = path.split(/\//).filter((level) => level !== '' && level !== '.');
  const fixed = levels.findIndex((level) => /[*?]/.test(level));
  const folder = resolve(baseDir, path.startsWith('/') ? '/' : '.', ...levels.slice(0, fixed));
  const files = expand(folder, levels.slice(fixed));
  if (files.length === 0) throw new Fault('data.unreadable', 'No file fits the pattern.', { at: path });
  const root = translated(() => realpathSync(folder), 'data.unreadable', unlisted);
  for (const file of files) {
    const target = translated(() => realpathSync(file), 'data.unreadable', 'A link that fits the pattern leads nowhere.');
    if (!target.startsWith(root.endsWith(sep) ? root : root + sep)) {
      throw new Fault('data.unreadable', 'A link that fits the pattern leads out of the folder.', { at: fileName(file, baseDir), hint: 'Name the file itself, or put it into the folder.' });
    }
  }
  return files;
}

function expand(folder: string, [level, ...deeper]: readonly string[]): string[] {
  if (level === undefined) return [folder];
  if (level === '..') return expand(dirname(folder), deeper);
  if (!/[*?]/.test(level)) return existsSync(join(folder, level)) ? expand(join(folder, level), deeper) : [];
  const fits = new RegExp(`^${level.replace(/[.+^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('*', '.*').replaceAll('?', '.')}$`, 'su');
  const names = entriesOf(folder).filter(({ name }) => fits.test(name) && (!name.startsWith('.') || level.startsWith('.')));
  const further = deeper.length > 0 ? names.filter((entry) => !entry.isFile()) : names;
  return further.map(({ name }) => name).sort(byCodeUnits).flatMap((name) => expand(join(folder, name), deeper));
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (cause) {
    // What is no folder holds no file that fits.
    if ((cause as NodeJS.ErrnoException).code === 'ENOTDIR') return [];
    throw new Fault('data.unreadable', unlisted, { cause });
  }
}

const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
