import { join } from 'node:path';
import type { DatasetConfig } from '@podnet/contracts';
import type { Inspection } from '@podnet/engine';
import type { PodFile } from '../../config/pod-file.ts';
import type { LocalLog } from '../../log/local-log.ts';
import { inspectDataset } from '../../runner/inspect.ts';
import { poolOf } from '../../runner/pool-of.ts';
import { copyDatabase } from '../../snapshots/copier.ts';
import { readFrom, settled } from '../../snapshots/settled.ts';
import { beginUnserved, dropSnapshot, installSnapshot } from '../../snapshots/snapshot.ts';

export const silent: LocalLog = { note: () => undefined, raw: () => undefined, failure: () => undefined, close: () => undefined };

/** A dataset that was looked at and is not served yet. */
export interface LookedAt {
  inspection: Inspection;
  /** To be called once it is served: a copy of a database's rows, if that was made, becomes the one that is read. */
  take(): void;
  /** Nothing is left of it. */
  drop(): void;
}

/** Reads all of a dataset, of a database a copy of its rows. **Throws** `data.*`, `config.invalid`, `runner.*`. */
export async function lookAt(dataset: DatasetConfig, pod: PodFile): Promise<LookedAt> {
  if (!('postgres' in dataset.source)) return { inspection: await inspect(settled(dataset, pod), pod), take: () => undefined, drop: () => undefined };
  const aside = beginUnserved(pod.home, Date.now());
  const drop = (): void => dropSnapshot(aside);
  try {
    const copied = await copyDatabase(dataset, aside);
    const inspection = await inspect(readFrom(dataset, { files: copied.files.map(({ name }) => join(aside, name)), columns: copied.columns }), pod);
    return { inspection, take: () => void installSnapshot(pod.home, dataset, aside, copied, Date.now()), drop };
  } catch (error) {
    drop();
    throw error;
  }
}

async function inspect(dataset: DatasetConfig, pod: PodFile): Promise<Inspection> {
  const pool = poolOf({ ...pod, config: { ...pod.config, datasets: [dataset] } }, silent);
  try {
    return await inspectDataset(pool, dataset, pod.baseDir);
  } finally {
    await pool.stop();
  }
}
