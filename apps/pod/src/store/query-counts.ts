import type { Database } from './database.ts';

const dayMs = 24 * 3_600_000;

/** How often a modeller was answered from a dataset. */
export interface QueryCounts {
  /** Queries that were answered in the last 24 hours, by dataset; those that have none are not in it. */
  lastDay(userId: string): ReadonlyMap<string, number>;
  add(userId: string, assignmentId: string, datasets: Iterable<string>): void;
  sweep(): void;
}

export function makeQueryCounts({ sql }: Database, now: () => number = Date.now): QueryCounts {
  const count = sql.prepare('select dataset, count(*) as n from query_counts where user_id = ? and answered_at > ? group by dataset');
  const insert = sql.prepare('insert into query_counts (user_id, dataset, assignment_id, answered_at) values (?, ?, ?, ?) on conflict do nothing');
  const sweep = sql.prepare('delete from query_counts where answered_at <= ?');
  return {
    lastDay: (userId) => new Map(count.all(userId, now() - dayMs).map((row) => [String(row['dataset']), Number(row['n'])])),
    add(userId, assignmentId, datasets) {
      for (const dataset of datasets) insert.run(userId, dataset, assignmentId, now());
    },
    sweep: () => void sweep.run(now() - 2 * dayMs),
  };
}
