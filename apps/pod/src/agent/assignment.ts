import { hash } from 'node:crypto';
import { durationMs, limits, type ClaimedAssignment } from '@podnet/contracts';
import type { Body, PodOutput } from '@podnet/elements';
import { decodeBase64url, deriveChannel, packBody, thumbprint } from '@podnet/envelope';
import { Fault, toFault, type FaultCode } from '@podnet/errors';
import type { Verdict } from '@podnet/policy';
import type { OpenedAssignment } from '../envelope/open-assignment.ts';
import { signVerdict } from '../gate/signed-verdict.ts';
import { answersWithNoise, asksByPlan } from '../gate/scans.ts';
import { startRun, type Run, type RunEnd } from '../runner/run.ts';
import { workOf } from '../runner/work-of.ts';
import type { Report } from '../store/assignments.ts';
import type { Review } from '../store/reviews.ts';
import { admit, isStranger, pendingReview, type Admitted } from './admission.ts';
import { FrameExchange } from './frame-exchange.ts';
import { privateTrail } from './private-trail.ts';
import { PrivateTurn } from './private-turn.ts';
import type { Served } from './publisher.ts';
import { QueryTurn, type Turn } from './query-turn.ts';
import { sealResult } from './sealed-result.ts';
import type { Workshop } from './workshop.ts';

/** Runs that were begun and never ended, as when the whole machine dies under them: more of them, and the task is the suspect. */
const mostStarts = 10;

/** What is wrong with a plan, rather than with the pod or its data. */
const isMistake = (code: FaultCode): boolean => /^(plan|schema|usage|dataset)\./.test(code) || code === 'conflict.stale';

/** One claimed assignment, from its envelope to its stored answer. */
export class Assignment {
  readonly id: string;
  /** Resolves when an answer is stored, or when it was given up. Never rejects. */
  readonly over: Promise<void>;
  /** Resolves when it is on record that the pod has it, or it is over. */
  readonly recorded: Promise<void>;
  grantId: string | null = null;
  /** Thumbprint of the device that asks as the custodian's; null: somebody else asks. */
  custodianDevice: string | null = null;
  epoch: number;
  private readonly shop: Workshop;
  private readonly onRecord: () => void;
  private run: Run | undefined;
  /** What waits for the custodian, and what is said of it in the meantime. */
  private review: Review | undefined;
  private reviewVerdict: string | undefined;
  private exchange: FrameExchange | undefined;
  /** Of a differentially private task. */
  private turnOfPrivate: PrivateTurn | undefined;
  /** Of a private task that can be asked again. */
  private question: string | null = null;
  /** An earlier life of the pod may have computed for it. */
  private ranBefore = false;
  private verdict: string | null = null;
  private isAnnounced = false;
  private needsLease = false;
  private isLeasing = false;
  private stopped = false;

  constructor(claimed: ClaimedAssignment, shop: Workshop) {
    this.id = claimed.assignmentId;
    this.epoch = claimed.epoch;
    this.shop = shop;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.onRecord = resolve;
    // What cannot even be put on record is left alone: its lease ends, and it comes again.
    this.over = this.take(claimed)
      .catch((error: unknown) => this.giveUp(error))
      .catch((error: unknown) => shop.log.failure('assignment.unrecorded', error, { assignmentId: this.id }));
    this.recorded = Promise.race([promise, this.over]);
  }

  /** It would have an answer soon, if it was let. */
  get isBusy(): boolean {
    return !this.stopped && !this.run?.rests && !this.review;
  }

  /** It computes nothing and takes nobody's place: the custodian has to decide. */
  get waits(): boolean {
    return this.review !== undefined;
  }

  /** A question of the modeller. False: there is nobody here to answer it, now. */
  async frame(step: number, frame: Uint8Array): Promise<boolean> {
    const { exchange, run } = this;
    if (!exchange || !run || this.stopped) return false;
    const { body, answer } = await exchange.open(step, frame);
    if (answer) return (void this.sendFrame(step, answer), true);
    try {
      const known = this.turnOfPrivate?.known(step, body);
      if (!known) return run.frame(step, body);
      await this.sendFrame(step, await exchange.seal(step, known));
    } catch (error) {
      this.giveUp(error);
    }
    return true;
  }

  /**
   * The lease was lost and taken again: the new papers are read like the first ones. What was computed so far stays good; the modeller
   * starts from its own last step.
   */
  async renew(claimed: ClaimedAssignment): Promise<void> {
    const { keys, now } = this.shop;
    this.epoch = claimed.epoch;
    this.isAnnounced = false;
    try {
      const { opened, verdict } = await this.admit(claimed);
      this.verdict = await signVerdict(verdict, { taskId: isStranger(opened) ? null : opened.manifest.taskId, assignmentId: this.id }, keys.signing, now());
      if (verdict.decision === 'permit') return this.announce();
      this.end({ outcome: 'denied', code: verdict.code, verdict: this.verdict, result: null });
      this.run?.stop();
    } catch (error) {
      this.giveUp(error);
    }
  }

  /** Tells the hub, and so the modeller, that it runs; again until it was heard. */
  announce(): void {
    const { link, log } = this.shop;
    if (this.needsLease) return this.beginAnew();
    const verdict = this.reviewVerdict ?? this.verdict;
    if (this.isAnnounced || !(this.run ?? this.review) || !verdict || this.stopped) return;
    this.isAnnounced = true;
    link()
      .call('pod:running', { assignmentId: this.id, epoch: this.epoch, verdict })
      .catch((error: unknown) => {
        this.isAnnounced = false;
        log.failure('running.unreported', error, { assignmentId: this.id });
      });
  }

  /** The session has forgotten what it was told. A new epoch tells the modeller. */
  private beginAnew(): void {
    const { link, log } = this.shop;
    if (this.stopped || this.isLeasing) return;
    this.needsLease = true;
    this.isLeasing = true;
    this.exchange?.forget();
    link()
      .call('pod:claim', { assignmentId: this.id })
      .then(({ claimed }) => {
        this.needsLease = false;
        return claimed?.assignmentId === this.id ? this.renew(claimed) : this.stop('lease.stale');
      })
      // It is tried again at the next heartbeat.
      .catch((error: unknown) => log.failure('claim.failed', error, { assignmentId: this.id }))
      .finally(() => (this.isLeasing = false));
  }

  /** Stops it without an answer: it was cancelled, or somebody else has it. */
  stop(code: FaultCode): void {
    if (this.stopped) return;
    this.stopped = true;
    const { store } = this.shop;
    store.transaction(() => {
      store.audit.append('assignment.stopped', this.id, { code });
      this.endReview();
      this.settle();
      store.assignments.drop(this.id);
    });
    this.run?.stop();
    this.shop.desk.wake();
    this.shop.post.tell();
  }

  /** The device that asked is the custodian's no more: what it has begun tells nothing further. */
  disown(): void {
    this.giveUp(new Fault('policy.no-access', 'The device that asked is not pinned any more.'));
  }

  /** What waits for its custodian waits for nothing any more. */
  private endReview(): void {
    const { store } = this.shop;
    const review = store.reviews.ofAssignment(this.id);
    if (review?.state !== 'waiting') return;
    store.reviews.end(review.id, 'expired');
    store.audit.append('review.ended', review.id, { state: 'expired', assignmentId: this.id });
  }

  /** Stops it because the pod stops; it goes on when the pod is back. */
  pause(): void {
    if (this.stopped) return;
    this.stopped = true;
    // A start of a private task is remembered: data may have been touched under its charge.
    if (this.run && !this.review && !this.turnOfPrivate) this.shop.store.assignments.uncountStart(this.id);
    this.run?.stop();
    this.shop.desk.wake();
  }

  private async take(claimed: ClaimedAssignment): Promise<void> {
    const { keys, publisher, now } = this.shop;
    const { opened, verdict, answered, reasons } = await this.admit(claimed);
    const taskId = isStranger(opened) ? null : opened.manifest.taskId;
    this.verdict = await signVerdict(verdict, { taskId, assignmentId: this.id }, keys.signing, now(), reasons);
    if (isStranger(opened) || verdict.decision !== 'permit') return this.end({ outcome: 'denied', code: verdict.code, verdict: this.verdict, result: null });
    const { payload } = opened;
    if (answered) return this.repeat(opened, answered);
    if (payload.privacy) this.turnOfPrivate = new PrivateTurn(this.id, this.shop.store);
    this.exchange = new FrameExchange(await deriveChannel(decodeBase64url(payload.channelKey), { taskId: payload.taskId, podId: payload.podId }));
    const served = publisher.find(payload.dataset);
    if (!served) throw new Fault('dataset.unknown', 'The dataset is not served any more.');
    await this.compute(opened, verdict, served);
  }

  private async admit(claimed: ClaimedAssignment): Promise<Admitted> {
    const admitted = await admit(claimed, this.shop, { id: this.id, isRunning: () => this.run !== undefined, isStopped: () => this.stopped });
    const { opened, question, startsBefore } = admitted;
    if (!isStranger(opened)) this.grantId = opened.grant.grantId;
    this.custodianDevice = !isStranger(opened) && opened.asker.isCustodian ? await thumbprint(opened.device.signing) : null;
    this.question = question;
    this.ranBefore ||= startsBefore > 0;
    this.onRecord();
    return admitted;
  }

  /** Computes, and asks the custodian where their word is needed, until there is an end. */
  private async compute(opened: OpenedAssignment, verdict: Verdict, served: Served): Promise<void> {
    const query = new QueryTurn(this.shop, this.host(), opened, verdict);
    let review = pendingReview(this.shop.store, this.id);
    for (let reuse = true; ; reuse = false) {
      if (!review) {
        const turn = await this.turn(opened, verdict, served, query, reuse);
        if (turn === 'over' || this.stopped) return;
        if (turn === 'again') continue;
        review = turn;
      }
      this.review = review;
      const next = await query.await(review, served.schema.version);
      this.shop.post.tell();
      this.review = undefined;
      this.reviewVerdict = undefined;
      this.isAnnounced = false;
      review = undefined;
      if (next === 'over' || this.stopped) return;
      await this.shop.publisher.refresh();
      served = this.shop.publisher.find(opened.payload.dataset) ?? served;
    }
  }

  private host() {
    const assignment = this;
    return {
      id: this.id,
      get isStopped() {
        return assignment.stopped;
      },
      end: (report: Report, also: () => void) => this.end(report, also),
      say: (verdict: string) => {
        this.reviewVerdict = verdict;
        this.isAnnounced = false;
        this.announce();
      },
    };
  }

  /** One run, in the lane of its modeller when it asks by plans. */
  private async turn(opened: OpenedAssignment, verdict: Verdict, served: Served, query: QueryTurn, reuse: boolean): Promise<Turn> {
    const { desk } = this.shop;
    const isJudged = asksByPlan(opened.payload) && !answersWithNoise(opened.payload);
    const leave = isJudged ? await desk.lanes.enter(opened.asker.userId) : undefined;
    try {
      const end = await this.computed(opened, verdict, served, { isQuery: asksByPlan(opened.payload), reuse });
      if (!end) return 'over';
      if (end.type === 'known' || ('query' in end && end.query)) return await query.conclude(end, served.schema.version);
      if (end.type === 'failed' && end.mistake && isMistake(end.code)) return await query.correct(end.code, end.mistake);
      if (end.type === 'finished' && end.kept) return await query.keep(end.body, end.kept, served.schema.version);
      if (end.type === 'finished' && end.frames) return await query.tend(end.body, end.frames, served.schema.version);
      // An algorithm that asks by plans has no other way to data: an answer that no policy has judged does not leave.
      if (end.type === 'finished' && leave) throw new Fault('internal.unexpected');
      await this.conclude(end, opened, served.schema.version);
      return 'over';
    } finally {
      leave?.();
    }
  }

  /** What came out of a runner; nothing when it was stopped or has ended. */
  private async computed(opened: OpenedAssignment, verdict: Verdict, served: Served, { isQuery, reuse }: { isQuery: boolean; reuse: boolean }): Promise<Exclude<RunEnd, { type: 'crashed' }> | undefined> {
    const { file, store, pool, log, desk, now } = this.shop;
    const { payload } = opened;
    const work = workOf(payload, served, file);
    const begun = now();
    for (let isFirst = true; ; isFirst = false) {
      if (this.stopped) return undefined;
      const { starts = 0, crashes = 0 } = store.assignments.find(this.id) ?? {};
      if (crashes >= limits.runnerCrashes || starts > mostStarts) {
        this.end({ outcome: 'parked', code: 'runner.parked', verdict: this.verdict, result: null });
        return undefined;
      }
      // What it has told stays told; computed anew, it would tell it again with other noise.
      if (this.turnOfPrivate?.hasAnswered) {
        this.end({ outcome: 'failed', code: 'runner.crashed', verdict: this.verdict, result: null });
        return undefined;
      }
      const ownLeft = begun + durationMs(file.config.runner.deadline) - now();
      const taskLeft = payload.limits.deadlineAt - now();
      if (taskLeft <= 0) throw new Fault('task.deadline');
      const query = isQuery ? desk.contextOf(opened, verdict, reuse) : null;
      this.run = startRun({ pool, work: { ...work, query }, log, deadlineMs: Math.max(1, Math.min(ownLeft, taskLeft)), deadlineCode: ownLeft < taskLeft ? 'runner.deadline' : 'task.deadline', onOutput: (output) => this.onOutput(output), onReopened: () => this.beginAnew() });
      if (isFirst) this.announce();
      else this.beginAnew();
      const end = await this.run.ended;
      if (this.stopped || store.assignments.find(this.id)?.state !== 'open') return undefined;
      if (end.type !== 'crashed') return end;
      store.transaction(() => {
        store.audit.append('assignment.crashed', this.id, { crashes: store.assignments.countCrash(this.id) });
      });
    }
  }

  private async conclude(end: Exclude<RunEnd, { type: 'crashed' | 'known' }>, opened: OpenedAssignment, datasetVersion: string): Promise<void> {
    const { payload, device, asker } = opened;
    if (end.type === 'stopped') return;
    if (end.type === 'failed') return this.end({ outcome: 'failed', code: end.code, verdict: this.verdict, result: null });
    const { keys, now, store } = this.shop;
    const result = await sealResult({ body: end.body, payload, assignmentId: this.id, datasetVersion, signKey: keys.signing, device, now: now() });
    this.end({ outcome: 'done', code: null, verdict: this.verdict, result }, () => {
      if (payload.privacy) store.audit.append('private.answered', this.id, privateTrail(opened, result, { question: this.question, repeated: false }));
      if (this.question !== null) store.privateAnswers.keep({ userId: asker.userId, question: this.question, assignmentId: this.id, answer: packBody(end.body) });
    });
  }

  /** The very question was answered: the same noise again tells nothing new, and costs nothing. */
  private async repeat(opened: OpenedAssignment, answered: Body): Promise<void> {
    const { payload, device } = opened;
    const { keys, now, store, publisher } = this.shop;
    const datasetVersion = publisher.find(payload.dataset)?.schema.version;
    if (datasetVersion === undefined) throw new Fault('dataset.unknown', 'The dataset is not served any more.');
    const result = await sealResult({ body: answered, payload, assignmentId: this.id, datasetVersion, signKey: keys.signing, device, now: now() });
    this.end({ outcome: 'done', code: null, verdict: this.verdict, result }, () => store.audit.append('private.answered', this.id, privateTrail(opened, result, { question: this.question, repeated: true })));
  }

  /** Stores the answer and its record together: what is not on record is not released. */
  private end(report: Report, also: () => void = () => undefined): void {
    if (this.stopped) return;
    this.stopped = true;
    const { store } = this.shop;
    store.transaction(() => {
      store.assignments.claim(this.id, this.epoch);
      store.assignments.end(this.id, report);
      also();
      this.endReview();
      this.settle();
      store.audit.append('assignment.ended', this.id, { outcome: report.outcome, code: report.code, ...(report.result ? { resultBytes: report.result.length, resultHash: hash('sha256', report.result, 'base64url') } : {}) });
    });
    this.shop.desk.wake();
    this.shop.post.tell();
  }

  /** What was computed for, now or before a restart, stays charged, even when no answer came of it: an end can tell something too. */
  private settle(): void {
    const { ledger, privateSteps } = this.shop.store;
    if (this.run || this.ranBefore) ledger.commit(this.id);
    else ledger.release(this.id);
    privateSteps.forget(this.id);
  }

  /** Something stood in the way before or while computing: refused objects, a file that is gone, a result that is too large. */
  private giveUp(error: unknown): void {
    const { store, log } = this.shop;
    const { code } = toFault(error);
    log.failure('assignment.failed', error, { assignmentId: this.id });
    if (this.stopped) return;
    this.run?.stop();
    store.transaction(() => {
      if (code.startsWith('envelope.')) store.audit.append('assignment.refused', this.id, { code });
      this.end({ outcome: 'failed', code, verdict: this.verdict, result: null });
    });
  }

  private onOutput(output: Exclude<PodOutput, { type: 'finish' }>): void {
    if (output.type === 'progress') return this.shop.log.note('assignment.progress', { assignmentId: this.id, done: output.done, of: output.of });
    void this.reply(output.step, output.body).catch((error: unknown) => this.giveUp(error));
  }

  private async reply(step: number, answer: Body): Promise<void> {
    const body = this.turnOfPrivate?.keep(step, answer) ?? answer;
    if (this.exchange) await this.sendFrame(step, await this.exchange.seal(step, body));
  }

  private async sendFrame(step: number, body: Uint8Array): Promise<void> {
    const { link, log } = this.shop;
    try {
      await link().call('pod:frame', { assignmentId: this.id, epoch: this.epoch, step, body }, 60_000);
    } catch (error) {
      // The modeller asks again; whether the lease still stands shows at the next heartbeat.
      log.failure('frame.undelivered', error, { assignmentId: this.id, step });
    }
  }
}
