import { limits } from '@podnet/contracts';
import type { Body } from '@podnet/elements';
import { packBody, unpackBody } from '@podnet/envelope';
import { Fault, type FaultCode } from '@podnet/errors';
import type { Verdict } from '@podnet/policy';
import type { OpenedAssignment } from '../envelope/open-assignment.ts';
import { signVerdict } from '../gate/signed-verdict.ts';
import { withTaskChecks, type TaskCheck } from '../gate/task-checks.ts';
import { hashOfShown, shownReview } from '../query/bound-review.ts';
import { algorithmOf, digestOfBytes } from '../query/query-desk.ts';
import type { FramesDone, KeptPlan, QueryRecord } from '../query/query-record.ts';
import { queryVerdict } from '../query/query-verdict.ts';
import { trailOf, type QueryEnd } from '../query/trail.ts';
import type { RunEnd } from '../runner/run.ts';
import type { Report } from '../store/assignments.ts';
import type { Review } from '../store/reviews.ts';

import { sealResult } from './sealed-result.ts';
import type { Workshop } from './workshop.ts';

/** What a query's end needs of its assignment. */
export interface QueryHost {
  readonly id: string;
  readonly isStopped: boolean;
  /** Stores the report and whatever else is written, together; nothing of it when one of them fails. */
  end(report: Report, also: () => void): void;
  /** Tells hub and modeller where it stands. */
  say(verdict: string): void;
}

/** `again`: it has to be asked anew, and not from the store. */
export type Turn = 'over' | 'again' | Review;

/** The longest that anybody is kept waiting. */
const longestReviewMs = limits.taskDeadlineMs.most;

/** One query from its judgement to its end: released, denied, or waiting for the custodian. */
export class QueryTurn {
  private readonly shop: Workshop;
  private readonly host: QueryHost;
  private readonly opened: OpenedAssignment;
  /** The verdict of its admission. */
  private readonly admitted: Verdict;

  constructor(shop: Workshop, host: QueryHost, opened: OpenedAssignment, admitted: Verdict) {
    this.shop = shop;
    this.host = host;
    this.opened = opened;
    this.admitted = admitted;
  }

  /** What came out of the runner. To be called in the lane of the modeller. */
  async conclude(end: Extract<RunEnd, { query?: QueryRecord }>, datasetVersion: string): Promise<Turn> {
    if (end.type === 'known') return this.repeat(end, datasetVersion);
    const record = end.query!;
    const { judgement } = record;
    if (end.type === 'failed' || judgement.decision === 'deny') return this.deny(record);
    const answer = packBody(end.body);
    if (judgement.decision === 'review') return this.ask(record, answer);
    return this.release(record, answer, datasetVersion, { handling: judgement.handling, flagged: judgement.handling !== null });
  }

  /** Tells of the asker's frames, or deletes one: on record, and together with it. */
  async tend(body: Body, done: FramesDone, datasetVersion: string): Promise<'over'> {
    const { store, keys, now } = this.shop;
    const { payload, device, asker } = this.opened;
    const { id } = this.host;
    const verdict = await signVerdict(this.admitted, { taskId: payload.taskId, assignmentId: id }, keys.signing, now());
    const result = await sealResult({ body, payload, assignmentId: id, datasetVersion, signKey: keys.signing, device, now: now() });
    const who = { userId: asker.userId, email: asker.email };
    this.host.end({ outcome: 'done', code: null, verdict, result }, () => {
      if (done.do === 'list') return store.audit.append('frames.listed', id, { ...who, names: done.names });
      store.audit.append('frame.deleted', id, { ...who, name: done.name });
      store.frames.drop(asker.userId, done.name);
    });
    return 'over';
  }

  /** Keeps a frame: nothing leaves but its name and columns. */
  async keep(body: Body, { name, hours, plan, tables, versions, savable, sentence }: KeptPlan, datasetVersion: string): Promise<'over'> {
    const { store, keys, now } = this.shop;
    const { payload, device, asker } = this.opened;
    const { id } = this.host;
    // An end that is refused while it is written would be none.
    store.frames.requireRoom(asker.userId, name);
    const verdict = await signVerdict(this.admitted, { taskId: payload.taskId, assignmentId: id }, keys.signing, now());
    const result = await sealResult({ body, payload, assignmentId: id, datasetVersion, signKey: keys.signing, device, now: now() });
    const expiresAt = now() + Math.round(hours * 3_600_000);
    this.host.end({ outcome: 'done', code: null, verdict, result }, () => {
      store.audit.append('frame.kept', id, { userId: asker.userId, email: asker.email, name, datasets: Object.keys(versions), versions, sentence, plan: JSON.stringify(plan), savable, expiresAt });
      store.frames.keep({ userId: asker.userId, name, plan, tables, versions, expiresAt }, savable);
    });
    return 'over';
  }

  /** The plan cannot be read: where and why is for the modeller's eyes. */
  async correct(code: FaultCode, { says, at }: { says: string; at?: string }): Promise<'over'> {
    const { keys, now } = this.shop;
    const { payload, device } = this.opened;
    const check: TaskCheck = { id: 'query.plan', code, passed: false, says: 'The query cannot be read.', wouldPass: 'Correct the query.' };
    const details = { checks: [...this.admitted.checks, { ...check, says: at === undefined ? says : `${at}: ${says}` }], wouldPass: [check.wouldPass!] };
    const verdict = await signVerdict(withTaskChecks(this.admitted, [check]), { taskId: payload.taskId, assignmentId: this.host.id }, keys.signing, now(), { details, device, podId: payload.podId });
    this.host.end({ outcome: 'denied', code, verdict, result: null }, () => undefined);
    return 'over';
  }

  /** Until the custodian has decided, or what waits is not what would be asked now. */
  async await(review: Review, datasetVersion: string): Promise<'over' | 'again'> {
    const { store, desk, publisher, now } = this.shop;
    await this.tell(review);
    for (;;) {
      if (this.host.isStopped) return 'over';
      await publisher.refresh();
      const latest = store.reviews.find(review.id)!;
      const record = latest.record as QueryRecord;
      if (latest.state === 'denied') return this.refuse(latest);
      // Whatever was decided was decided of something else.
      if (latest.state === 'outdated' || !desk.isCurrent(record)) return this.discard(latest);
      if (latest.state === 'approved') {
        const end = { handling: 'review', flagged: false, review: latest.id, approver: latest.decidedBy!, note: latest.note } as const;
        await this.release(record, latest.answer, datasetVersion, end);
        return 'over';
      }
      if (latest.state === 'expired' || latest.deadlineAt <= now()) return this.expire(latest);
      await desk.changed(latest.deadlineAt);
    }
  }

  /** The very bytes that were given before, or that an approval for several runs is good for. */
  private async repeat({ query, analysis }: Extract<RunEnd, { type: 'known' }>, datasetVersion: string): Promise<Turn> {
    const { store, desk } = this.shop;
    const { userId } = this.opened.asker;
    const answered = store.answered.find(userId, query.question);
    if (answered && desk.mayRepeat(answered.record as QueryRecord, analysis, this.opened, this.admitted)) {
      const record = answered.record as QueryRecord;
      return this.release(record, answered.answer, datasetVersion, { handling: record.judgement.handling, flagged: record.judgement.handling !== null, repeated: true });
    }
    const approved = store.reviews.approval(userId, query.question);
    if (!approved) return 'again';
    return this.release(approved.record as QueryRecord, approved.answer, datasetVersion, { handling: 'review', flagged: false, repeated: true, review: approved.id, approver: approved.decidedBy!, note: approved.note });
  }

  private async release(record: QueryRecord, answer: Uint8Array, datasetVersion: string, end: Omit<QueryEnd, 'verdict'>): Promise<'over'> {
    const { store, keys, now } = this.shop;
    const { payload, device, asker } = this.opened;
    const { id } = this.host;
    const [result, verdict] = await Promise.all([
      sealResult({ body: unpackBody(answer) as Body, payload, assignmentId: id, datasetVersion, signKey: keys.signing, device, now: now() }),
      this.sign(record, 'permit', end.review === undefined || !end.note ? undefined : `The custodian has approved it: ${end.note}`),
    ]);
    if (this.host.isStopped) return 'over';
    const left = { answerBytes: answer.length, answerHash: digestOfBytes(answer), resultBytes: result.length, resultHash: digestOfBytes(result) };
    this.host.end({ outcome: 'done', code: null, verdict, result }, () => {
      if (end.repeated) {
        if (end.review !== undefined) store.reviews.use(end.review);
      } else {
        store.releasedSets.add(asker.userId, id, record.measurement?.sets ?? []);
        store.queryCounts.add(asker.userId, id, record.sources.map(({ dataset }) => dataset));
        if (end.review === undefined) store.answered.keep({ userId: asker.userId, question: record.question, record: withoutSets(withoutAnswer(record)), answer });
      }
      this.note(record, { verdict: 'released', ...end, left });
    });
    return 'over';
  }

  private async deny(record: QueryRecord): Promise<'over'> {
    const verdict = await this.sign(record, 'deny');
    this.host.end({ outcome: 'denied', code: codeOf(record), verdict, result: null }, () => this.note(record, { verdict: 'denied', handling: record.judgement.handling, flagged: true }));
    return 'over';
  }

  /** Puts it before the custodian: on record with everything that is shown, before anybody is told. */
  private ask(record: QueryRecord, answer: Uint8Array): Review {
    const { store, post, now } = this.shop;
    const { payload, asker } = this.opened;
    const reason = payload.review?.reason;
    const shown = shownReview(record, answer, { ...this.about(), ...(reason === undefined ? {} : { reason }) });
    // Each waits with its whole answer on the pod's disk, and a person has to look at it.
    if (store.reviews.waitingOf(asker.userId) >= limits.openReviewsPerPair) throw new Fault('usage.rate-limited', `${limits.openReviewsPerPair} queries of this modeller wait for the custodian already.`);
    const deadlineAt = Math.min(payload.limits.deadlineAt, now() + longestReviewMs);
    const review = store.transaction(() => {
      const opened = store.reviews.open({ assignmentId: this.host.id, userId: asker.userId, hash: hashOfShown(shown), question: record.question, shown, record: withoutAnswer(record), answer, deadlineAt, requestId: payload.review?.requestId ?? null });
      this.note(record, { verdict: 'waiting', handling: 'review', flagged: false, review: opened.id });
      return opened;
    });
    post.tell();
    return review;
  }

  private async tell(review: Review): Promise<void> {
    if (review.state === 'waiting') this.host.say(await this.sign(review.record as QueryRecord, 'review'));
  }

  private async refuse(review: Review): Promise<'over'> {
    const record = review.record as QueryRecord;
    const verdict = await this.sign(record, 'deny', review.note ? `The custodian has denied it: ${review.note}` : 'The custodian has denied it.');
    this.host.end({ outcome: 'denied', code: 'policy.denied', verdict, result: null }, () => {
      this.note(record, { verdict: 'denied', handling: 'review', flagged: false, review: review.id, approver: review.decidedBy!, note: review.note });
    });
    return 'over';
  }

  private discard(review: Review): 'again' {
    const { store } = this.shop;
    store.transaction(() => {
      store.reviews.end(review.id, 'outdated');
      store.audit.append('review.ended', review.id, { state: 'outdated', assignmentId: this.host.id });
    });
    return 'again';
  }

  private expire(review: Review): 'over' {
    const { store } = this.shop;
    this.host.end({ outcome: 'failed', code: 'task.deadline', verdict: null, result: null }, () => {
      store.reviews.end(review.id, 'expired');
      store.audit.append('review.ended', review.id, { state: 'expired', assignmentId: this.host.id });
    });
    return 'over';
  }

  private about() {
    const { payload } = this.opened;
    return { requester: this.shop.desk.requesterOf(this.opened, this.admitted.role), taskId: payload.taskId, dataset: payload.dataset, algorithm: algorithmOf(payload) };
  }

  private note(record: QueryRecord, end: QueryEnd): void {
    const { store } = this.shop;
    const { asker } = this.opened;
    const action = end.verdict === 'released' ? 'query.released' : end.verdict === 'waiting' ? 'query.waiting' : 'query.denied';
    store.audit.append(action, this.host.id, trailOf(record, this.about(), end));
    if (end.repeated) return;
    store.asked.note({ assignmentId: this.host.id, asker: { userId: asker.userId, email: asker.email, role: this.admitted.role ?? 'viewer', isCustodian: asker.isCustodian }, datasets: record.sources.map(({ dataset }) => dataset), plan: record.plan, tables: record.tables, decision: end.verdict });
  }

  private sign(record: QueryRecord, decision: Verdict['decision'], says?: string): Promise<string> {
    const { keys, now } = this.shop;
    const { payload, device } = this.opened;
    const { verdict, details } = queryVerdict(this.admitted, record.judgement, decision, says);
    return signVerdict(verdict, { taskId: payload.taskId, assignmentId: this.host.id }, keys.signing, now(), { details, device, podId: payload.podId });
  }
}

const codeOf = ({ judgement }: QueryRecord): FaultCode => (judgement.code === 'permitted' || judgement.code === 'policy.review' ? 'policy.denied' : judgement.code);

/** The answer itself is kept beside, whole; here it would be there twice. */
const withoutAnswer = (record: QueryRecord): QueryRecord => ({ ...record, answer: record.answer && { ...record.answer, columns: [] } });

/** What was released is remembered on its own. */
const withoutSets = (record: QueryRecord): QueryRecord => ({ ...record, measurement: record.measurement && { ...record.measurement, sets: [] } });
