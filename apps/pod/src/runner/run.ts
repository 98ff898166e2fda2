import type { Body, PodOutput } from '@podnet/elements';
import { isFaultCode, type FaultCode } from '@podnet/errors';
import type { Analysis } from '@podnet/plan';
import type { LocalLog } from '../log/local-log.ts';
import type { FramesDone, KeptPlan, QueryRecord } from '../query/query-record.ts';
import type { FromRunner, RunnerWork } from './messages.ts';
import type { RunnerPool, Tenant } from './runner-pool.ts';
import type { RunnerEnd, RunnerProcess } from './runner-process.ts';

/** How the computing of one assignment ended. */
export type RunEnd =
  | { type: 'finished'; body: Body; query?: QueryRecord; kept?: KeptPlan; frames?: FramesDone }
  /** `mistake`: of what the modeller wrote, for their eyes. */
  | { type: 'failed'; code: FaultCode; query?: QueryRecord; mistake?: { says: string; at?: string } }
  /** Its question was answered before; nothing was computed. */
  | { type: 'known'; query: QueryRecord; analysis: Analysis }
  /** The runner died under it; it may be tried again. */
  | { type: 'crashed' }
  | { type: 'stopped' };

/**
 * One assignment in the runners. While it waits for a step it may be put aside, so that others can compute; the next step opens it
 * again, and what it remembered is gone.
 */
export interface Run {
  readonly ended: Promise<RunEnd>;
  /** It computes nothing: it waits for a step or for a runner. */
  readonly rests: boolean;
  /** Hands over a step. A step that waits or is being computed already is not taken twice. False: too many wait. */
  frame(step: number, body: Body): boolean;
  /** Ends it at once, in the middle of whatever it does. */
  stop(): void;
}

export interface RunOptions {
  pool: RunnerPool;
  work: RunnerWork;
  /** Milliseconds from now after which it is over, computing or not. */
  deadlineMs: number;
  deadlineCode: 'runner.deadline' | 'task.deadline';
  log: LocalLog;
  onOutput(output: Exclude<PodOutput, { type: 'finish' }>): void;
  /** It was put aside and is open again: its modeller has to begin with it anew. */
  onReopened(): void;
}

/** The longest timer that there is; later deadlines are looked at again then. */
const longestTimerMs = 2 ** 31 - 1;
/** Protocols ask one question after another; whoever sends more at once fills the agent's memory and not the runner's. */
const mostWaiting = 4;

export function startRun(options: RunOptions): Run {
  const { promise, resolve } = Promise.withResolvers<RunEnd>();
  const run = new RunState(options, resolve);
  return {
    ended: promise,
    get rests() {
      return run.rests;
    },
    frame: (step, body) => run.frame(step, body),
    stop: () => run.end({ type: 'stopped' }, run.rests),
  };
}

class RunState implements Tenant {
  private readonly options: RunOptions;
  private readonly resolve: (end: RunEnd) => void;
  private readonly timer: NodeJS.Timeout;
  private readonly steps: { step: number; body: Body }[] = [];
  private runner: RunnerProcess | undefined;
  private job = 0;
  /** What the runner works on; undefined while it rests. */
  private computing: 'opening' | number | undefined;
  private hasOpened = false;
  private isQueued = true;
  private over = false;

  constructor(options: RunOptions, resolve: (end: RunEnd) => void) {
    this.options = options;
    this.resolve = resolve;
    this.timer = setTimeout(() => this.end({ type: 'failed', code: options.deadlineCode }, this.rests), Math.min(options.deadlineMs, longestTimerMs));
    options.pool.acquire(this);
  }

  onRunner(runner: RunnerProcess): void {
    this.runner = runner;
    this.isQueued = false;
    runner.onMessage = (message) => this.onMessage(message);
    runner.onEnd = (end) => this.onRunnerEnd(end);
    this.computing = 'opening';
    runner.send({ type: 'open', job: (this.job += 1), work: this.options.work, resumed: this.hasOpened });
  }

  frame(step: number, body: Body): boolean {
    if (this.over || this.computing === step || this.steps.some((waiting) => waiting.step === step)) return true;
    if (this.hasOpened && !this.runner) {
      // Nobody remembers what this step builds on. It only tells that the modeller is there.
      if (!this.isQueued) this.options.pool.acquire(this);
      this.isQueued = true;
      return true;
    }
    if (this.steps.length >= mostWaiting) return false;
    this.steps.push({ step, body });
    this.next();
    return true;
  }

  /** Its runner, if it has one, computes nothing and can be used for something else. */
  get rests(): boolean {
    return this.computing === undefined;
  }

  end(end: RunEnd, reuse: boolean): void {
    if (this.over) return;
    this.over = true;
    clearTimeout(this.timer);
    this.options.pool.release(this, { reuse });
    this.resolve(end);
  }

  private next(): void {
    if (this.over || !this.runner || this.computing !== undefined) return;
    const [waiting] = this.steps;
    // What a private session has answered is only in its memory, and cannot be drawn again: it keeps its runner until it ends.
    if (!waiting) return this.options.work.privacy === null ? this.options.pool.rest(this, () => this.putAside()) : undefined;
    this.steps.shift();
    this.options.pool.wake(this);
    this.computing = waiting.step;
    this.runner.send({ type: 'frame', job: (this.job += 1), ...waiting });
  }

  private putAside(): void {
    this.runner = undefined;
    this.steps.length = 0;
    this.options.pool.release(this, { reuse: true });
  }

  private onMessage(message: FromRunner): void {
    if (this.over || message.type === 'ready' || message.job !== this.job) return;
    if (message.type === 'fault') {
      const { code, says, at, log, query, isUnread } = message;
      this.options.log.note('runner.fault', { code, says, at, cause: log });
      return this.end({ type: 'failed', code: isFaultCode(code) ? code : 'internal.unexpected', ...(query ? { query } : {}), ...(isUnread ? { mistake: { says, ...(at === undefined ? {} : { at }) } } : {}) }, true);
    }
    if (message.type === 'known') return this.end({ type: 'known', query: message.query, analysis: message.analysis }, true);
    if (message.type !== 'outputs') return;
    const isReopened = this.computing === 'opening' && this.hasOpened;
    this.hasOpened = true;
    this.computing = undefined;
    for (const output of message.outputs) {
      if (output.type === 'finish') return this.end({ type: 'finished', body: output.body, ...(message.query ? { query: message.query } : {}), ...(message.kept ? { kept: message.kept } : {}), ...(message.frames ? { frames: message.frames } : {}) }, true);
      this.options.onOutput(output);
    }
    if (isReopened) this.options.onReopened();
    this.next();
  }

  private onRunnerEnd(end: RunnerEnd): void {
    this.runner = undefined;
    if (this.over) return;
    this.options.log.note('runner.lost', { end, computing: this.computing !== undefined });
    if (this.computing === undefined) {
      // It died while this assignment rested, which is not the assignment's fault.
      if (this.options.work.privacy !== null) return this.end({ type: 'crashed' }, false);
      this.options.pool.release(this, { reuse: false });
      return;
    }
    this.end(end === 'memory' ? { type: 'failed', code: 'runner.memory' } : { type: 'crashed' }, false);
  }
}
