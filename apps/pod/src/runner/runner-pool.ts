import { availableParallelism } from 'node:os';
import { RunnerProcess, type RunnerOptions } from './runner-process.ts';

export interface PoolOptions extends RunnerOptions {
  /** How many runners may compute at the same time. */
  concurrency: number;
}

/** Who waits for a runner. */
export interface Tenant {
  /** A runner is free: it is the tenant's until `release`. */
  onRunner(runner: RunnerProcess): void;
}

/** Assignments after which a runner is replaced, so that nothing can pile up in one. */
const mostUses = 200;
/** A runner that holds more than this share of its memory while it rests is replaced. */
const restingShare = 0.5;
const watchMs = 50;
/** A tenant that computes nothing may keep its runner this long when others wait. */
const idleMs = 1_000;

/** Runners, at most so many, handed to whoever waits longest. One runner serves one assignment at a time. */
export class RunnerPool {
  private readonly free: RunnerProcess[] = [];
  private readonly busy = new Map<RunnerProcess, Tenant>();
  private readonly queue: Tenant[] = [];
  private readonly alive = new Set<RunnerProcess>();
  /** Tenants that hold a runner and could give it back, and since when. */
  private readonly idle = new Map<Tenant, { since: number; giveBack: () => void }>();
  private options: PoolOptions;
  /** Counts the changes of what runners may read. */
  private confinement = 0;
  private readonly confinedBy = new WeakMap<RunnerProcess, number>();
  private watch: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(options: PoolOptions) {
    this.options = options;
  }

  /** Starts one runner ahead of its first work. */
  warm(): void {
    if (!this.stopped && this.free.length + this.busy.size === 0) this.free.push(this.spawn());
  }

  /** From now on runners may read these files. Those that may not are replaced when they are free. */
  allow(files: readonly string[]): void {
    if (files.length === this.options.files.length && files.every((file, at) => file === this.options.files[at])) return;
    this.options = { ...this.options, files };
    this.confinement += 1;
    for (const runner of this.free.splice(0)) runner.kill();
  }

  acquire(tenant: Tenant): void {
    this.queue.push(tenant);
    this.serve();
  }

  /** Gives a runner back; without `reuse` it is ended. Forgets the tenant wherever it waits. */
  release(tenant: Tenant, { reuse }: { reuse: boolean }): void {
    this.idle.delete(tenant);
    const at = this.queue.indexOf(tenant);
    if (at >= 0) this.queue.splice(at, 1);
    for (const [runner, holder] of this.busy) {
      if (holder !== tenant) continue;
      this.busy.delete(runner);
      runner.onMessage = undefined;
      if (reuse && !this.stopped && this.isHealthy(runner)) {
        runner.onEnd = () => this.remove(runner);
        runner.send({ type: 'close' });
        this.free.push(runner);
      } else {
        runner.onEnd = undefined;
        runner.kill();
      }
    }
    this.serve();
  }

  /** The tenant computes nothing for now; it is asked for its runner when others wait. */
  rest(tenant: Tenant, giveBack: () => void): void {
    this.idle.set(tenant, { since: performance.now(), giveBack });
    this.serve();
  }

  wake(tenant: Tenant): void {
    this.idle.delete(tenant);
  }

  /** Ends every runner. Resolves when none is left. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.watch);
    for (const runner of this.alive) runner.kill();
    this.free.length = 0;
    await Promise.all([...this.alive].map(({ ended }) => ended));
  }

  private serve(): void {
    while (!this.stopped && this.queue.length > 0) {
      let runner = this.free.pop();
      if (!runner && this.busy.size < this.options.concurrency) runner = this.spawn();
      if (!runner) break;
      const tenant = this.queue.shift()!;
      runner.uses += 1;
      this.busy.set(runner, tenant);
      tenant.onRunner(runner);
    }
    this.keepWatch();
  }

  /** While somebody computes: memory is looked at, and tenants that rest make room for those who wait. */
  private keepWatch(): void {
    if (this.stopped || this.busy.size === 0) {
      clearInterval(this.watch);
      this.watch = undefined;
    } else this.watch ??= setInterval(() => this.look(), watchMs);
  }

  private look(): void {
    for (const [runner, tenant] of this.busy) {
      if (!this.idle.has(tenant) && runner.takenBytes > this.options.memoryBytes) runner.kill('memory');
    }
    let waiting = this.queue.length;
    for (const [tenant, { since, giveBack }] of this.idle) {
      if (waiting === 0 || performance.now() - since < idleMs) break;
      waiting -= 1;
      this.idle.delete(tenant);
      giveBack();
    }
  }

  private isHealthy(runner: RunnerProcess): boolean {
    return this.confinedBy.get(runner) === this.confinement && runner.uses < mostUses && runner.takenBytes < this.options.memoryBytes * restingShare;
  }

  private spawn(): RunnerProcess {
    const runner = new RunnerProcess({ ...this.options, threads: Math.max(1, Math.floor(availableParallelism() / this.options.concurrency)) });
    runner.onEnd = () => this.remove(runner);
    this.alive.add(runner);
    this.confinedBy.set(runner, this.confinement);
    void runner.ended.then(() => this.alive.delete(runner));
    return runner;
  }

  private remove(runner: RunnerProcess): void {
    const at = this.free.indexOf(runner);
    if (at >= 0) this.free.splice(at, 1);
  }
}
