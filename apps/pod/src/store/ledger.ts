import { Fault } from '@podnet/errors';
import type { Amount } from '@podnet/privacy';
import type { Database } from './database.ts';

export interface Charge {
  /** `custodian` for tasks of the custodian, who needs none. */
  grantId: string;
  assignmentId: string;
  userId: string;
  dataset: string;
  amount: Amount;
  /** What the same answer may be given for again; null: every task is another question. */
  question: string | null;
}

export type BudgetScope = 'grant' | 'dataset';

/** What a custodian says of a budget. */
export interface BudgetChange {
  scope: BudgetScope;
  /** Id of the grant, or name of the dataset. */
  subject: string;
  /** Null: what was spent so far counts no more. */
  limit: Amount | null;
  reason: string;
  changedBy: string;
}

export interface ChargeRow extends Charge {
  at: number;
  state: 'reserved' | 'committed' | 'released';
}

/** What was expended on this pod. Append-only; a charge is on the disk before anything is computed for it. */
export interface Ledger {
  /**
   * Counts from now on. Asked again for the same assignment, while it is not over, it changes nothing.
   * **Throws** `conflict.state` for another charge, and once the assignment was committed or released: one charge pays for one answer.
   */
  reserve(charge: Charge): void;
  /** The answer is stored, or data was touched: the charge stays for good. */
  commit(assignmentId: string): void;
  /** No data was touched: the charge is taken back. A committed one never is. */
  release(assignmentId: string): void;
  /** What a grant, or all modellers of a dataset, have reserved or expended, leaving out one assignment. */
  expended(scope: BudgetScope, subject: string, exceptAssignmentId?: string): Amount;
  /** What the custodian has set; undefined: nothing. */
  limit(scope: BudgetScope, subject: string): Amount | undefined;
  change(change: BudgetChange): void;
  /** Every grant and dataset that was charged or has a limit set. */
  subjects(): { scope: BudgetScope; subject: string }[];
  /** Charges, newest first. */
  charges(most: number): ChargeRow[];
}

export function makeLedger({ sql, transaction }: Database, now: () => number = Date.now): Ledger {
  const insert = sql.prepare('insert into charges (at, kind, grant_id, assignment_id, micro_epsilon, delta, delta_femto, user_id, dataset, question) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const kinds = sql.prepare('select kind, grant_id, assignment_id, micro_epsilon, delta, delta_femto, user_id, dataset, question from charges where assignment_id = ?');
  // A reservation that was open when the budget was reset stays counted: its noise is still to come.
  const total = (column: string) => sql.prepare(`
    select coalesce(sum(c.micro_epsilon), 0) as micro, coalesce(sum(c.delta_femto), 0) as femto from charges c
    where c.${column} = ?1 and c.kind = 'reserve' and c.assignment_id <> ?2
      and not exists (select 1 from charges r where r.assignment_id = c.assignment_id and r.kind = 'release')
      and not exists (select 1 from charges d where d.assignment_id = c.assignment_id and d.kind = 'commit' and d.seq <= ?3)`);
  const totals = { grant: total('grant_id'), dataset: total('dataset') };
  const resetAt = sql.prepare(`select coalesce(max(charges_seq), 0) as seq from budget_changes where scope = ? and subject = ? and kind = 'reset'`);
  const limit = sql.prepare(`select micro_epsilon, delta_femto from budget_changes where scope = ? and subject = ? and kind = 'limit' order by seq desc limit 1`);
  const change = sql.prepare('insert into budget_changes (at, scope, subject, kind, micro_epsilon, delta_femto, charges_seq, reason, changed_by) values (?, ?, ?, ?, ?, ?, (select coalesce(max(seq), 0) from charges), ?, ?)');
  const subjects = sql.prepare(`select distinct 'grant' as scope, grant_id as subject from charges union select distinct 'dataset', dataset from charges where dataset is not null union select scope, subject from budget_changes order by 1, 2`);
  const newest = sql.prepare(`select c.*, exists (select 1 from charges d where d.assignment_id = c.assignment_id and d.kind = 'commit') as committed, exists (select 1 from charges r where r.assignment_id = c.assignment_id and r.kind = 'release') as released from charges c where c.kind = 'reserve' order by c.seq desc limit ?`);

  const of = (assignmentId: string) => new Map(kinds.all(assignmentId).map((row) => [String(row['kind']), row]));

  function write(kind: 'reserve' | 'commit' | 'release', { grantId, assignmentId, amount, userId, dataset, question }: Charge): void {
    insert.run(now(), kind, grantId, assignmentId, amount.epsilonMicro, amount.deltaFemto / 1e15, amount.deltaFemto, userId, dataset, question);
  }

  function close(assignmentId: string, kind: 'commit' | 'release'): void {
    transaction(() => {
      const found = of(assignmentId);
      const reserved = found.get('reserve');
      if (!reserved || found.has('commit') || found.has('release')) return;
      write(kind, chargeOf(reserved));
    });
  }

  return {
    reserve(charge) {
      transaction(() => {
        const found = of(charge.assignmentId);
        const reserved = found.get('reserve');
        if (!reserved) return write('reserve', charge);
        if (found.has('release') || found.has('commit') || !isSame(chargeOf(reserved), charge)) {
          throw new Fault('conflict.state', 'This assignment was charged before, and differently or for an answer that was given.', { at: charge.assignmentId });
        }
      });
    },
    commit: (assignmentId) => close(assignmentId, 'commit'),
    release: (assignmentId) => close(assignmentId, 'release'),
    expended(scope, subject, except = '') {
      const row = totals[scope].get(subject, except, Number(resetAt.get(scope, subject)!['seq']))!;
      return { epsilonMicro: Number(row['micro']), deltaFemto: Number(row['femto']) };
    },
    limit(scope, subject) {
      const row = limit.get(scope, subject);
      return row && { epsilonMicro: Number(row['micro_epsilon']), deltaFemto: Number(row['delta_femto']) };
    },
    change: ({ scope, subject, limit: to, reason, changedBy }) => void change.run(now(), scope, subject, to === null ? 'reset' : 'limit', to?.epsilonMicro ?? null, to?.deltaFemto ?? null, reason, changedBy),
    subjects: () => subjects.all().map((row) => ({ scope: String(row['scope']) as BudgetScope, subject: String(row['subject']) })),
    charges: (most) => newest.all(most).map((row) => ({ ...chargeOf(row), at: Number(row['at']), state: Number(row['released']) === 1 ? 'released' : Number(row['committed']) === 1 ? 'committed' : 'reserved' })),
  };
}

function chargeOf(row: Record<string, unknown>): Charge {
  const text = (name: string): string => (row[name] === null ? '' : String(row[name]));
  return {
    grantId: String(row['grant_id']),
    assignmentId: String(row['assignment_id']),
    userId: text('user_id'),
    dataset: text('dataset'),
    amount: { epsilonMicro: Number(row['micro_epsilon']), deltaFemto: Number(row['delta_femto']) },
    question: row['question'] === null ? null : String(row['question']),
  };
}

const isSame = (a: Charge, b: Charge): boolean =>
  a.grantId === b.grantId && a.dataset === b.dataset && a.question === b.question && a.amount.epsilonMicro === b.amount.epsilonMicro && a.amount.deltaFemto === b.amount.deltaFemto;
