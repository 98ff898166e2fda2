import type { DatasetConfig } from '@podnet/contracts';
import { copyDatabase, type CopierOptions } from './copier.ts';
import { beginSnapshot, dropSnapshot, installSnapshot } from './snapshot.ts';

export interface Taken {
  rows: number;
  bytes: number;
  /** False: the rows are those of the copy before, which stays. */
  changed: boolean;
}

/** Copies a dataset's database anew. When anything goes wrong the copy before stays what it was. **Throws** as `copyDatabase`. */
export async function takeSnapshot(dataset: DatasetConfig, home: string, { now = Date.now, ...options }: CopierOptions & { now?: () => number } = {}): Promise<Taken> {
  const aside = beginSnapshot(home, dataset.name);
  try {
    const copied = await copyDatabase(dataset, aside, options);
    return { rows: copied.rows, bytes: copied.bytes, ...installSnapshot(home, dataset, aside, copied, now()) };
  } catch (error) {
    dropSnapshot(aside);
    throw error;
  }
}
