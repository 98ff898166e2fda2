import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import type { DatasetConfig } from '@podnet/contracts';
import { engineRevision } from './fingerprint.ts';
import { translated } from './polars.ts';
import { fileName, sourceFiles } from './source-files.ts';

const chunkBytes = 1 << 20;

/**
 * Names what is read of a dataset: the bytes of its files, in their order, and what the configuration makes of them. Where the files lie, when they
 * were written, descriptions and the policy are not in it. Whoever knows the rows can compute it, so it stays on the pod.
 * **Throws** `data.unreadable`.
 */
export function contentHashOf(dataset: DatasetConfig, baseDir: string): string {
  const { name, source, ignore, split } = dataset;
  const read = Object.entries(dataset.columns).filter(([, { type, domain }]) => type !== undefined || domain !== undefined);
  const columns = read.map(([column, { type, domain }]) => [column, type ?? null, domain ?? null]).sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
  const hash = createHash('sha256').update(JSON.stringify([engineRevision, name, 'csv' in source ? 'csv' : 'parquet', ignore.toSorted(), columns, split]));
  for (const path of sourceFiles(dataset, baseDir)) hash.update(translated(() => digestOf(path), 'data.unreadable', 'The file does not exist or may not be read.', fileName(path, baseDir)));
  return hash.digest('base64url');
}

/** A part at a time, whatever the size of the file. **Source** FIPS 180-4. */
function digestOf(path: string): Buffer {
  const file = openSync(path, 'r');
  try {
    const hash = createHash('sha256');
    const chunk = Buffer.allocUnsafe(chunkBytes);
    for (;;) {
      const length = readSync(file, chunk, 0, chunkBytes, null);
      if (length === 0) return hash.digest();
      hash.update(chunk.subarray(0, length));
    }
  } finally {
    closeSync(file);
  }
}
