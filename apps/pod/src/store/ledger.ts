import { Fault } from '@podnet/errors';
import type { Database } from './database.ts';

export interface Charge {
  grantId: string;
  assignmentId: string;
  /** Millionths of epsilon, whole. */
  microEpsilon: number;
  delta: number;
}

/** What grants have expended on this pod. Append-only; a charge is on the disk before anything is computed for it. */
export interface Ledger {
  /**
   * Counts from now on. Asked again for the same assignment, while it is not over, it changes nothing.
   * **Throws** `conflict.state` for another amount, and once the assignment was committed or released: one charge pays for one answer.
   */
  reserve(charge: Charge): void;
  /** The answer is stored: the charge stays for good. */
  commit(assignmentId: string): void;
  /** Nothing was computed: the charge is taken back. A committed one never is. */
  release(assignmentId: string): void;
  /** Millionths of epsilon that a grant has reserved or expended, leaving out one assignment. */
  expended(grantId: string, exceptAssignmentId?: string): number;
}

export function makeLedger({ sql, transaction }: Database, now: () => number = Date.now): Ledger {
  const insert = sql.prepare('insert into charges (at, kind, grant_id, assignment_id, micro_epsilon, delta) values (?, ?, ?, ?, ?, ?)');
  const kinds = sql.prepare('select kind, grant_id, micro_epsilon, delta from charges where assignment_id = ?');
  const total = sql.prepare(`
    select coalesce(sum(c.micro_epsilon), 0) as micro from charges c
    where c.grant_id = ? and c.kind = 'reserve' and c.assignment_id <> ?
      and not exists (select 1 from charges r where r.assignment_id = c.assignment_id and r.kind = 'release')`);

  const of = (assignmentId: string) => new Map(kinds.all(assignmentId).map((row) => [String(row['kind']), row]));

  function close(assignmentId: string, kind: 'commit' | 'release'): void {
    transaction(() => {
      const found = of(assignmentId);
      const reserved = found.get('reserve');
      if (!reserved || found.has('commit') || found.has('release')) return;
      insert.run(now(), kind, reserved['grant_id']!, assignmentId, reserved['micro_epsilon']!, reserved['delta']!);
    });
  }

  return {
    reserve({ grantId, assignmentId, microEpsilon, delta }) {
      transaction(() => {
        const found = of(assignmentId);
        const reserved = found.get('reserve');
        if (!reserved) return void insert.run(now(), 'reserve', grantId, assignmentId, microEpsilon, delta);
        if (found.has('release') || found.has('commit') || reserved['grant_id'] !== grantId || Number(reserved['micro_epsilon']) !== microEpsilon) {
          throw new Fault('conflict.state', 'This assignment was charged before, and differently or for an answer that was given.', { at: assignmentId });
        }
      });
    },
    commit: (assignmentId) => close(assignmentId, 'commit'),
    release: (assignmentId) => close(assignmentId, 'release'),
    expended: (grantId, except = '') => Number(total.get(grantId, except)!['micro']),
  };
}
