import { join } from 'node:path';
import type { DatasetConfig } from '@podnet/contracts';
import { sourceFiles, withFiles } from '@podnet/engine';
import { Fault } from '@podnet/errors';
import type { PodFile } from '../config/pod-file.ts';
import { findSnapshot, snapshotFolder, type Snapshot } from './snapshot.ts';

export type Place = Pick<PodFile, 'baseDir' | 'home'>;

/**
 * A dataset with its files named one by one, as runners read it: patterns are looked up, a database is read by its copy. The same dataset again
 * when it is settled already.
 * **Throws** `data.unreadable`.
 */
export function settled(dataset: DatasetConfig, { baseDir, home }: Place): DatasetConfig {
  if (!('postgres' in dataset.source)) return withFiles(dataset, baseDir);
  const snapshot = findSnapshot(home, dataset);
  if (!snapshot) throw new Fault('data.unreadable', 'There is no copy of the rows of the database yet.', { hint: `Make one with: podnet dataset refresh ${dataset.name}` });
  return readFrom(dataset, snapshot);
}

/** The dataset of a database, read from a copy of its rows. */
export const readFrom = (dataset: DatasetConfig, { files, columns }: Pick<Snapshot, 'files' | 'columns'>): DatasetConfig => ({ ...dataset, source: { parquet: files }, columns: typed(dataset, columns) });

/** What the custodian says of a column counts; else its type in the database, so that rows which come do not change it. Texts can be categories. */
function typed({ columns }: DatasetConfig, found: Snapshot['columns']): DatasetConfig['columns'] {
  const given = new Map(Object.entries(columns));
  for (const { name, kind } of found) {
    const own = given.get(name) ?? {};
    if (kind !== 'text' && own.type === undefined && own.domain === undefined) given.set(name, { ...own, type: kind });
  }
  return Object.fromEntries(given);
}

/** What runners may read of the disk for a dataset. Nothing when it cannot be told now. */
export function readableOf(dataset: DatasetConfig, place: Place): string[] {
  // The folder as a whole: what is being computed reads the copy before, and the next one has another name.
  if ('postgres' in dataset.source) return [snapshotFolder(place.home, dataset.name), join(snapshotFolder(place.home, dataset.name), '*')];
  try {
    return sourceFiles(dataset, place.baseDir);
  } catch {
    return [];
  }
}
