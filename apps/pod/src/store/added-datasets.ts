import type { Database } from './database.ts';

/** A change of what the pod serves beside `pod.yaml`. */
export interface AddedDataset {
  name: string;
  /** As in `pod.yaml`, with absolute paths; null: it was removed. */
  config: unknown;
  changedAt: number;
  changedBy: string;
}

/** Datasets that were added while the pod ran. Every change is kept; the newest of a name counts. */
export interface AddedDatasets {
  /** Those that are there now, by name. */
  all(): AddedDataset[];
  history(name: string): AddedDataset[];
  add(name: string, config: unknown, by: string): void;
  remove(name: string, by: string): void;
}

export function makeAddedDatasets({ sql }: Database, now: () => number = Date.now): AddedDatasets {
  const columns = 'name, config, changed_at, changed_by';
  const newest = sql.prepare(`select ${columns} from added_datasets a where config is not null and seq = (select max(seq) from added_datasets b where b.name = a.name) order by name`);
  const history = sql.prepare(`select ${columns} from added_datasets where name = ? order by seq desc`);
  const insert = sql.prepare('insert into added_datasets (name, config, changed_at, changed_by) values (?, ?, ?, ?)');
  const rowOf = (row: Record<string, unknown>): AddedDataset => ({
    name: String(row['name']), config: row['config'] === null ? null : (JSON.parse(String(row['config'])) as unknown), changedAt: Number(row['changed_at']), changedBy: String(row['changed_by']),
  });
  return {
    all: () => newest.all().map(rowOf),
    history: (name) => history.all(name).map(rowOf),
    add: (name, config, by) => void insert.run(name, JSON.stringify(config), now(), by),
    remove: (name, by) => void insert.run(name, null, now(), by),
  };
}
