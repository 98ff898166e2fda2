import type { ReleasedUnits } from '@podnet/plan';
import type { Database } from './database.ts';

/** What the difference rule remembers of each modeller. Append-only: what was released stays known. */
export interface ReleasedSets {
  /** Sets that were released to a modeller from any of these datasets, oldest first. */
  of(userId: string, datasets: Iterable<string>, before?: number): ReleasedUnits[];
  add(userId: string, assignmentId: string, sets: readonly ReleasedUnits[]): void;
}

export function makeReleasedSets({ sql }: Database, now: () => number = Date.now): ReleasedSets {
  const find = sql.prepare('select seq, units from released_sets where user_id = ? and dataset = ? and released_at < ? order by seq');
  const known = sql.prepare("select 1 from released_sets where user_id = ? and dataset = ? and json_extract(units, '$.sum') = ? and json_extract(units, '$.size') = ? and units = ? limit 1");
  const insert = sql.prepare('insert into released_sets (user_id, dataset, assignment_id, released_at, units) values (?, ?, ?, ?, ?)');
  return {
    of: (userId, datasets, before = Number.MAX_SAFE_INTEGER) => [...datasets].flatMap((dataset) => find.all(userId, dataset, before)).sort((a, b) => Number(a['seq']) - Number(b['seq'])).map((row) => JSON.parse(String(row['units'])) as ReleasedUnits),
    add(userId, assignmentId, sets) {
      for (const set of sets) {
        const units = JSON.stringify(set);
        // The same set again, as when a question is asked every morning, says nothing new.
        if (!known.get(userId, set.dataset, set.sum, set.size, units)) insert.run(userId, set.dataset, assignmentId, now(), units);
      }
    },
  };
}
