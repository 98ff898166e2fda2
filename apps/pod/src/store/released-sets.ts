import { createHash } from 'node:crypto';
import type { ReleasedFamily } from '@podnet/plan';
import type { Database } from './database.ts';

/** What the difference rule remembers of each modeller. Append-only: what was released stays known. */
export interface ReleasedSets {
  /** Sets that were released to a modeller from any of these datasets, oldest first. */
  of(userId: string, datasets: Iterable<string>, before?: number): ReleasedFamily[];
  add(userId: string, assignmentId: string, families: readonly ReleasedFamily[]): void;
}

export function makeReleasedSets({ sql }: Database, now: () => number = Date.now): ReleasedSets {
  const find = sql.prepare('select seq, family from released_families where user_id = ? and dataset = ? and released_at < ? order by seq');
  const insert = sql.prepare('insert into released_families (user_id, dataset, digest, assignment_id, released_at, family) values (?, ?, ?, ?, ?, ?) on conflict (user_id, dataset, digest) do nothing');
  return {
    of: (userId, datasets, before = Number.MAX_SAFE_INTEGER) => [...datasets].flatMap((dataset) => find.all(userId, dataset, before)).sort((a, b) => Number(a['seq']) - Number(b['seq'])).map((row) => JSON.parse(String(row['family'])) as ReleasedFamily),
    add(userId, assignmentId, families) {
      for (const family of families) insert.run(userId, family.dataset, digestOf(family), assignmentId, now(), JSON.stringify(family));
    },
  };
}

/** Who is in the sets: the same ones again, whatever was asked of them, say nothing new. */
const digestOf = ({ feature, hasAll, sizes, sums }: ReleasedFamily): string => createHash('sha256').update(JSON.stringify([feature, hasAll, sizes, sums])).digest('base64url');
