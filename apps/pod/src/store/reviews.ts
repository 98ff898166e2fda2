import { randomBytes } from 'node:crypto';
import { Fault } from '@podnet/errors';
import type { Database } from './database.ts';

export type ReviewState = 'waiting' | 'approved' | 'denied' | 'expired' | 'outdated';

/** What an approval is good for beside the query that was reviewed. */
export interface ApprovalScope {
  /** Further runs of the same question; null: as many as come until `goodUntil`. */
  runsLeft: number | null;
  goodUntil: number | null;
}

export interface Review {
  id: string;
  assignmentId: string;
  userId: string;
  /** Of exactly what is shown. */
  hash: string;
  question: string;
  /** What the custodian sees, as JSON. */
  shown: unknown;
  /** What the pod knows of the query, as JSON. */
  record: unknown;
  /** The packed body that would leave: nothing else does, whatever the data is by then. */
  answer: Uint8Array;
  state: ReviewState;
  madeAt: number;
  deadlineAt: number;
  decidedAt: number | null;
  decidedBy: string | null;
  note: string | null;
  scope: ApprovalScope;
  /** What the modeller has asked for at the hub. */
  requestId: string | null;
}

export type NewReview = Pick<Review, 'assignmentId' | 'userId' | 'hash' | 'question' | 'shown' | 'record' | 'answer' | 'deadlineAt'> & { requestId?: string | null };

export interface Decision {
  /** What the one who decides has seen. */
  hash: string;
  approve: boolean;
  by: string;
  note: string | null;
  scope: ApprovalScope;
}

/** Queries that wait for the custodian. Durable: a decision is one row, whoever writes it, and a review is decided once. */
export interface Reviews {
  find(id: string): Review | undefined;
  /** The newest of an assignment. */
  ofAssignment(assignmentId: string): Review | undefined;
  list(state?: ReviewState): Review[];
  open(review: NewReview): Review;
  /** **Throws** `access.not-found`, `conflict.state` when it was decided or is over, `conflict.stale` when something else was seen. */
  decide(id: string, decision: Decision): Review;
  /** It waits no more and was not decided. */
  end(id: string, state: 'expired' | 'outdated'): void;
  /** An approval of this very question that is good for one more run. */
  approval(userId: string, question: string): Review | undefined;
  /** Questions of a modeller with an approval that is good. */
  approvedQuestions(userId: string): string[];
  /** Records of queries that wait, or were approved and have not left yet. */
  pending(userId: string): unknown[];
  /** How many of a modeller wait. */
  waitingOf(userId: string): number;
  /** Forgets those that were made before an instant, are over, and good for nothing more. What happened stands on the audit. */
  sweep(madeBefore: number): void;
  /** One run less. */
  use(id: string): void;
  /** Those that the hub does not know of: that they wait, or that they wait no more. Oldest first. */
  untold(): Review[];
  /** The hub knows that it waits, or of its end. */
  told(id: string, what: 'waits' | 'end'): void;
  /** What waits is to be told once more, as for a device that came since. */
  retell(): void;
}

export function makeReviews({ sql, transaction }: Database, now: () => number = Date.now): Reviews {
  const all = 'select * from reviews';
  const byId = sql.prepare(`${all} where id = ?`);
  const byAssignment = sql.prepare(`${all} where assignment_id = ? order by id desc limit 1`);
  const byState = sql.prepare(`${all} where ?1 is null or state = ?1 order by made_at, id`);
  const insert = sql.prepare(`insert into reviews (id, assignment_id, user_id, hash, question, shown, record, answer, state, made_at, deadline_at, request_id) values (?, ?, ?, ?, ?, ?, ?, ?, 'waiting', ?, ?, ?)`);
  const decide = sql.prepare(`update reviews set state = ?, decided_at = ?, decided_by = ?, note = ?, runs_left = ?, good_until = ? where id = ? and state = 'waiting'`);
  const end = sql.prepare(`update reviews set state = ? where id = ? and state = 'waiting'`);
  const good = `state = 'approved' and (runs_left is null or runs_left > 0) and (good_until is null or good_until > ?)`;
  const approval = sql.prepare(`${all} where user_id = ? and question = ? and ${good} order by id desc limit 1`);
  const questions = sql.prepare(`select distinct question from reviews where user_id = ? and ${good}`);
  const pending = sql.prepare(`select record from reviews r where user_id = ? and (state = 'waiting' or (state = 'approved' and exists (select 1 from assignments a where a.id = r.assignment_id and a.state <> 'ended')))`);
  const count = sql.prepare(`select count(*) as n from reviews where user_id = ? and state = 'waiting'`);
  const sweep = sql.prepare(`delete from reviews where made_at < ? and state <> 'waiting' and not (${good}) and not exists (select 1 from assignments a where a.id = reviews.assignment_id and a.state <> 'ended')`);
  const use = sql.prepare('update reviews set runs_left = runs_left - 1 where id = ? and runs_left > 0');
  // One that ended before the hub ever knew of it is nothing to speak of.
  const untold = sql.prepare(`${all} where (state = 'waiting' and told_at is null) or (state <> 'waiting' and told_at is not null and end_told_at is null) order by made_at, id`);
  const retell = sql.prepare(`update reviews set told_at = null where state = 'waiting' and told_at is not null`);
  const told = { waits: sql.prepare('update reviews set told_at = ? where id = ?'), end: sql.prepare('update reviews set end_told_at = ? where id = ?') };

  const find = (id: string): Review | undefined => {
    const row = byId.get(id);
    return row && rowOf(row);
  };

  return {
    find,
    ofAssignment(assignmentId) {
      const row = byAssignment.get(assignmentId);
      return row && rowOf(row);
    },
    list: (state) => byState.all(state ?? null).map(rowOf),
    open: ({ assignmentId, userId, hash, question, shown, record, answer, deadlineAt, requestId = null }) => {
      const id = makeReviewId(now());
      insert.run(id, assignmentId, userId, hash, question, JSON.stringify(shown), JSON.stringify(record), answer, now(), deadlineAt, requestId);
      return find(id)!;
    },
    decide: (id, { hash, approve, by, note, scope }) => transaction(() => {
      const review = find(id);
      if (!review) throw new Fault('access.not-found', 'There is no such review.', { at: id });
      if (review.state !== 'waiting') throw new Fault('conflict.state', `This review is over: ${review.state}.`, { at: id });
      if (review.deadlineAt <= now()) throw new Fault('conflict.state', 'The deadline of this review has passed.', { at: id });
      if (review.hash !== hash) throw new Fault('conflict.stale', 'The decision is about something else than what waits.', { at: id, hint: 'Look at it again with: podnet review show' });
      decide.run(approve ? 'approved' : 'denied', now(), by, note, approve ? scope.runsLeft : 0, approve ? scope.goodUntil : null, id);
      return find(id)!;
    }),
    end: (id, state) => void end.run(state, id),
    approval(userId, question) {
      const row = approval.get(userId, question, now());
      return row && rowOf(row);
    },
    approvedQuestions: (userId) => questions.all(userId, now()).map((row) => String(row['question'])),
    pending: (userId) => pending.all(userId).map((row) => JSON.parse(String(row['record'])) as unknown),
    waitingOf: (userId) => Number(count.get(userId)!['n']),
    sweep: (madeBefore) => void sweep.run(madeBefore, now()),
    use: (id) => void use.run(id),
    untold: () => untold.all().map(rowOf),
    told: (id, what) => void told[what].run(now(), id),
    retell: () => void retell.run(),
  };
}

/** Sorts by time; short enough to be typed. */
const makeReviewId = (at: number): string => `rev_${at.toString(36).padStart(9, '0')}${randomBytes(5).toString('hex')}`;

function rowOf(row: Record<string, unknown>): Review {
  const number = (name: string): number | null => (row[name] === null ? null : Number(row[name]));
  const text = (name: string): string | null => (row[name] === null ? null : String(row[name]));
  return {
    id: String(row['id']), assignmentId: String(row['assignment_id']), userId: String(row['user_id']), hash: String(row['hash']), question: String(row['question']),
    shown: JSON.parse(String(row['shown'])) as unknown, record: JSON.parse(String(row['record'])) as unknown, answer: new Uint8Array(row['answer'] as Uint8Array), state: String(row['state']) as ReviewState,
    madeAt: Number(row['made_at']), deadlineAt: Number(row['deadline_at']), decidedAt: number('decided_at'), decidedBy: text('decided_by'), note: text('note'),
    scope: { runsLeft: number('runs_left'), goodUntil: number('good_until') }, requestId: text('request_id'),
  };
}
