import { durationMs, type DatasetConfig } from '@podnet/contracts';
import { toFault, type Fault } from '@podnet/errors';
import type { LocalLog } from '../log/local-log.ts';
import { settled, type Place } from './settled.ts';
import { findSnapshot, forgetSnapshots } from './snapshot.ts';
import { takeSnapshot } from './take-snapshot.ts';

export interface KeeperOptions {
  place: Place;
  datasets(): readonly DatasetConfig[];
  log: Pick<LocalLog, 'note' | 'failure'>;
  now?: () => number;
  environment?: Readonly<Record<string, string | undefined>>;
}

/** A start waits this long for copies; what takes longer is published when it is there. */
const patienceMs = 20_000;
const retryMs = 60_000;

/** Keeps the copies of databases: each made anew at the start, then as often as its dataset says. One at a time. */
export class SnapshotKeeper {
  private readonly options: KeeperOptions;
  private readonly faults = new Map<string, Fault>();
  private readonly triedAt = new Map<string, number>();
  private readonly ending = new AbortController();
  private working: Promise<void> = Promise.resolve();

  constructor(options: KeeperOptions) {
    this.options = options;
  }

  /** Every copy anew. Rejects never: what goes wrong is told by `settled`, as long as there is no older copy. */
  async begin(): Promise<void> {
    forgetSnapshots(this.options.place.home, this.options.datasets());
    const patience = Promise.withResolvers<void>();
    const timer = setTimeout(patience.resolve, patienceMs);
    await Promise.race([this.take(() => true), patience.promise]);
    clearTimeout(timer);
  }

  /** What is due now. Resolves when it is done. */
  look(): Promise<void> {
    forgetSnapshots(this.options.place.home, this.options.datasets());
    return this.take((dataset) => this.isDue(dataset));
  }

  /** The dataset as runners read it. **Throws** `data.*`, `config.invalid`: why there is no copy. */
  settled(dataset: DatasetConfig): DatasetConfig {
    try {
      return settled(dataset, this.options.place);
    } catch (error) {
      throw this.faults.get(dataset.name) ?? error;
    }
  }

  async stop(): Promise<void> {
    this.ending.abort();
    await this.working;
  }

  private take(wanted: (dataset: DatasetConfig) => boolean): Promise<void> {
    this.working = this.working.then(async () => {
      for (const dataset of this.options.datasets()) {
        if ('postgres' in dataset.source && !this.ending.signal.aborted && wanted(dataset)) await this.takeOne(dataset);
      }
    });
    return this.working;
  }

  private isDue(dataset: DatasetConfig): boolean {
    const { place, now = Date.now } = this.options;
    const { refresh } = (dataset.source as { postgres: { refresh?: string } }).postgres;
    const every = refresh === undefined ? Infinity : durationMs(refresh);
    const sinceTried = now() - (this.triedAt.get(dataset.name) ?? -Infinity);
    const snapshot = findSnapshot(place.home, dataset);
    const age = snapshot ? now() - snapshot.takenAt : Infinity;
    return sinceTried >= Math.min(retryMs, every) && (!snapshot || age >= every);
  }

  private async takeOne(dataset: DatasetConfig): Promise<void> {
    const { place, log, now = Date.now, environment } = this.options;
    const { name } = dataset;
    this.triedAt.set(name, now());
    try {
      const taken = await takeSnapshot(dataset, place.home, { signal: this.ending.signal, now, ...(environment ? { environment } : {}) });
      this.faults.delete(name);
      log.note('snapshot.taken', { dataset: name, ...taken });
    } catch (error) {
      if (this.ending.signal.aborted) return;
      const fault = toFault(error);
      this.faults.set(name, fault);
      log.failure('snapshot.failed', fault, { dataset: name, served: findSnapshot(place.home, dataset) !== undefined });
    }
  }
}
