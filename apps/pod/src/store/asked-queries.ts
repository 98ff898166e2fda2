import type { Database } from './database.ts';

/** A query as it was asked, so that another policy can be tried out on it. */
export interface AskedQuery {
  seq: number;
  assignmentId: string;
  askedAt: number;
  asker: { userId: string; email: string; role: string; isCustodian: boolean };
  datasets: string[];
  /** The plan as JSON, with stored frames put in their places. */
  plan: unknown;
  tables: unknown;
  decision: string;
}

const mostKept = 2_000;

export interface AskedQueries {
  /** The last ones that read a dataset, newest first. */
  last(dataset: string, most: number): AskedQuery[];
  note(query: Omit<AskedQuery, 'seq' | 'askedAt'>): void;
}

export function makeAskedQueries({ sql }: Database, now: () => number = Date.now): AskedQueries {
  const last = sql.prepare(`select seq, assignment_id, asked_at, asker, datasets, plan, tables, decision from asked_queries
    where exists (select 1 from json_each(datasets) where value = ?) order by seq desc limit ?`);
  const insert = sql.prepare(`insert into asked_queries (assignment_id, asked_at, asker, datasets, plan, tables, decision) values (?, ?, ?, ?, ?, ?, ?)
    on conflict (assignment_id) do update set decision = excluded.decision, datasets = excluded.datasets`);
  const crop = sql.prepare('delete from asked_queries where seq <= (select max(seq) from asked_queries) - ?');
  return {
    last: (dataset, most) => last.all(dataset, most).map((row) => ({
      seq: Number(row['seq']), assignmentId: String(row['assignment_id']), askedAt: Number(row['asked_at']), asker: JSON.parse(String(row['asker'])) as AskedQuery['asker'],
      datasets: JSON.parse(String(row['datasets'])) as string[], plan: JSON.parse(String(row['plan'])) as unknown, tables: JSON.parse(String(row['tables'])) as unknown, decision: String(row['decision']),
    })),
    note({ assignmentId, asker, datasets, plan, tables, decision }) {
      insert.run(assignmentId, now(), JSON.stringify(asker), JSON.stringify(datasets), JSON.stringify(plan), JSON.stringify(tables), decision);
      crop.run(mostKept);
    },
  };
}
