import type { Database } from './database.ts';

export type Outcome = 'done' | 'denied' | 'failed' | 'parked';

/** What is told to the hub at the end, and repeated until it has understood. */
export interface Report {
  outcome: Outcome;
  code: string | null;
  /** Signed verdict, whenever one was taken. */
  verdict: string | null;
  /** Sealed to the modeller. */
  result: Uint8Array | null;
}

export interface AssignmentRow {
  id: string;
  state: 'noted' | 'open' | 'ended';
  epoch: number;
  taskId: string | null;
  grantId: string | null;
  manifestHash: string | null;
  starts: number;
  crashes: number;
  report: Report | null;
  isReported: boolean;
}

/** What this pod has taken up, and how it ended. */
export interface Assignments {
  find(id: string): AssignmentRow | undefined;
  /** Not claimed yet, oldest first. */
  noted(): string[];
  /** Claimed and not ended. */
  open(): AssignmentRow[];
  /** Ended, and the hub does not know yet. */
  unreported(): AssignmentRow[];
  note(ids: readonly string[]): void;
  /** Claimed, with the epoch of the claim. */
  claim(id: string, epoch: number): void;
  /** What its envelope said. */
  bind(id: string, facts: { taskId: string; grantId: string | null; manifestHash: string }): void;
  /** Written before each run. */
  countStart(id: string): void;
  /** A run that we ended ourselves counts for nothing. */
  uncountStart(id: string): void;
  countCrash(id: string): number;
  end(id: string, report: Report): void;
  /** The hub has it. The answer is kept until it is swept, should the hub ever ask again. */
  reported(id: string): void;
  /** The hub asks again: it has lost what it was told. */
  unreport(id: string): void;
  /** It was cancelled, or is somebody else's by now. */
  drop(id: string): void;
  /** Forgets answers that were delivered before `endedBefore`. */
  sweep(endedBefore: number): void;
}

export function makeAssignments({ sql, transaction }: Database, now: () => number = Date.now): Assignments {
  const all = 'select id, state, epoch, task_id, grant_id, manifest_hash, starts, crashes, verdict, outcome, code, result, reported_at from assignments';
  const byId = sql.prepare(`${all} where id = ?`);
  const byState = sql.prepare(`${all} where state = ? order by noted_at, id`);
  const unreported = sql.prepare(`${all} where state = 'ended' and reported_at is null order by ended_at, id`);
  const insert = sql.prepare(`insert into assignments (id, state, noted_at) values (?, 'noted', ?) on conflict (id) do nothing`);
  const claim = sql.prepare(`insert into assignments (id, state, epoch, noted_at) values (?, 'open', ?, ?)
    on conflict (id) do update set epoch = excluded.epoch, state = iif(state = 'ended', 'ended', 'open')`);
  const bind = sql.prepare('update assignments set task_id = ?, grant_id = ?, manifest_hash = ? where id = ?');
  const starts = sql.prepare('update assignments set starts = max(0, starts + ?) where id = ?');
  const crash = sql.prepare('update assignments set crashes = crashes + 1 where id = ? returning crashes');
  const end = sql.prepare(`update assignments set state = 'ended', outcome = ?, code = ?, verdict = ?, result = ?, ended_at = ? where id = ? and state <> 'ended'`);
  const reported = sql.prepare('update assignments set reported_at = ? where id = ?');
  const drop = sql.prepare('delete from assignments where id = ?');
  const sweep = sql.prepare('delete from assignments where reported_at is not null and ended_at < ?');

  return {
    find: (id) => {
      const row = byId.get(id);
      return row && rowOf(row);
    },
    noted: () => byState.all('noted').map((row) => String(row['id'])),
    open: () => byState.all('open').map(rowOf),
    unreported: () => unreported.all().map(rowOf),
    note: (ids) => transaction(() => ids.forEach((id) => insert.run(id, now()))),
    claim: (id, epoch) => void claim.run(id, epoch, now()),
    bind: (id, { taskId, grantId, manifestHash }) => void bind.run(taskId, grantId, manifestHash, id),
    countStart: (id) => void starts.run(1, id),
    uncountStart: (id) => void starts.run(-1, id),
    countCrash: (id) => Number(crash.get(id)?.['crashes'] ?? 0),
    end: (id, { outcome, code, verdict, result }) => void end.run(outcome, code, verdict, result, now(), id),
    reported: (id) => void reported.run(now(), id),
    unreport: (id) => void reported.run(null, id),
    drop: (id) => void drop.run(id),
    sweep: (endedBefore) => void sweep.run(endedBefore),
  };
}

function rowOf(row: Record<string, unknown>): AssignmentRow {
  const text = (name: string): string | null => (row[name] === null ? null : String(row[name]));
  const outcome = text('outcome') as Outcome | null;
  return {
    id: String(row['id']),
    state: String(row['state']) as AssignmentRow['state'],
    epoch: Number(row['epoch']),
    taskId: text('task_id'),
    grantId: text('grant_id'),
    manifestHash: text('manifest_hash'),
    starts: Number(row['starts']),
    crashes: Number(row['crashes']),
    report: outcome && { outcome, code: text('code'), verdict: text('verdict'), result: row['result'] === null ? null : new Uint8Array(row['result'] as Uint8Array) },
    isReported: row['reported_at'] !== null,
  };
}
