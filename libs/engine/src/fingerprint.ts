import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import type { DatasetConfig } from '@podnet/contracts';
import { sourcePath } from './source.ts';
import { translated } from './polars.ts';

/** Raised whenever what is read from a file, or published of it, changes with this room's code. */
const engineRevision = 1;

/**
 * Changes when the file or its configuration changes; reads no data. A change of content that keeps size, times and inode is not
 * seen. It tells sizes and times, so it stays on the pod.
 * **Throws** `data.unreadable`.
 */
export function fingerprintOf(dataset: DatasetConfig, baseDir: string): string {
  const path = sourcePath(dataset, baseDir);
  const stat = translated(() => statSync(path, { bigint: true }), 'data.unreadable', 'The file does not exist or may not be read.');
  const facts = [engineRevision, path, stat.dev, stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs, JSON.stringify(dataset)];
  return createHash('sha256').update(facts.join('\n')).digest('base64url');
}
