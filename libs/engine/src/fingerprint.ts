import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import type { DatasetConfig } from '@podnet/contracts';
import { translated } from './polars.ts';
import { fileName, sourceFiles } from './source-files.ts';

/** Raised whenever what is read from a file, or published of it, changes with this room's code. */
export const engineRevision = 3;

/**
 * Tells whether a dataset has to be looked at again: changes when a file is written or the configuration changes, and when a file comes or goes; reads
 * no data. What is then found may be the same as before, see `contentHashOf`. A change of content that keeps size, times and inode is not seen.
 * It tells sizes and times, so it stays on the pod.
 * **Throws** `data.unreadable`.
 */
export function fingerprintOf(dataset: DatasetConfig, baseDir: string): string {
  const hash = createHash('sha256').update(JSON.stringify([engineRevision, dataset]));
  for (const path of sourceFiles(dataset, baseDir)) {
    const stat = translated(() => statSync(path, { bigint: true }), 'data.unreadable', 'The file does not exist or may not be read.', fileName(path, baseDir));
    hash.update(JSON.stringify([path, ...[stat.dev, stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs].map(String)]));
  }
  return hash.digest('base64url');
}
