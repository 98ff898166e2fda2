import type { Database } from './database.ts';

/** A policy as it was set, after and above what `pod.yaml` says. */
export interface SetPolicy {
  dataset: string;
  /** Of the policy with every default filled in. */
  hash: string;
  /** As it was written, parsed from its YAML. */
  written: unknown;
  setAt: number;
  setBy: string;
}

/** Policies that were set later. Every one is kept; the newest of a dataset counts. */
export interface SetPolicies {
  active(dataset: string): SetPolicy | undefined;
  /** Newest first. */
  history(dataset: string): SetPolicy[];
  set(policy: Omit<SetPolicy, 'setAt'>): void;
}

export function makeSetPolicies({ sql }: Database, now: () => number = Date.now): SetPolicies {
  const newest = sql.prepare('select dataset, hash, written, set_at, set_by from dataset_policies where dataset = ? order by seq desc limit ?');
  const insert = sql.prepare('insert into dataset_policies (dataset, hash, written, set_at, set_by) values (?, ?, ?, ?, ?)');
  const read = (dataset: string, most: number): SetPolicy[] =>
    newest.all(dataset, most).map((row) => ({ dataset, hash: String(row['hash']), written: JSON.parse(String(row['written'])) as unknown, setAt: Number(row['set_at']), setBy: String(row['set_by']) }));
  return {
    active: (dataset) => read(dataset, 1)[0],
    history: (dataset) => read(dataset, 1_000),
    set: ({ dataset, hash, written, setBy }) => void insert.run(dataset, hash, JSON.stringify(written), now(), setBy),
  };
}
