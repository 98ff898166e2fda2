import { createHash } from 'node:crypto';
import { canonicalJson } from '@podnet/envelope';

/** An entry as it is hashed; `seq` and `at` as text, so that every reader writes the same. */
export interface ChainedEntry {
  seq: bigint;
  at: Date;
  actor: string;
  actorId: string;
  action: string;
  subject: string;
  detail: unknown;
}

/** What the first link points back to. */
export const chainStart = createHash('sha256').update('podnet-audit.1').digest('base64url');

/**
 * Hash of one link: SHA-256 over the canonical JSON of its place, the hash before it and the entry.
 * **Shape** 43 letters of base64url.
 */
export function linkHash(index: bigint, previousHash: string, { seq, at, actor, actorId, action, subject, detail }: ChainedEntry): string {
  const entry = { seq: String(seq), at: at.toISOString(), actor, actorId, action, subject, detail };
  return createHash('sha256').update(canonicalJson({ v: 1, index: String(index), previousHash, entry })).digest('base64url');
}
