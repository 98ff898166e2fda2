import { startAgent, type Agent } from '../agent/agent.ts';
import { loadPins } from '../home/pins.ts';
import { loadPodKeys } from '../home/pod-keys.ts';
import { openLocalLog, type LocalLog } from '../log/local-log.ts';
import { poolOf } from '../runner/pool-of.ts';
import type { RunnerPool } from '../runner/runner-pool.ts';
import { openStore, type Store } from '../store/store.ts';
import { PodHouse, type HouseOptions } from './pod-house.ts';

/** A pod at work in this process, with real runners, and everything around it; for specs. */
export class LivingPod {
  readonly house: PodHouse;
  agent!: Agent;
  store!: Store;
  pool!: RunnerPool;
  log!: LocalLog;
  private isResting = true;

  private constructor(house: PodHouse) {
    this.house = house;
  }

  static async build(options: HouseOptions = {}): Promise<LivingPod> {
    const pod = new LivingPod(await PodHouse.build(options));
    await pod.wake();
    return pod;
  }

  async wake(now?: () => number): Promise<void> {
    const { house } = this;
    this.log = openLocalLog(house.home);
    this.store = openStore(house.home, now);
    this.isResting = false;
    const { file } = house;
    this.pool = poolOf(file, this.log);
    const ready = Promise.withResolvers<void>();
    this.agent = await startAgent({ file, pins: loadPins(house.home), keys: loadPodKeys(house.home), store: this.store, pool: this.pool, log: this.log, version: '0.0.0', onReady: ready.resolve, ...(now ? { now } : {}) });
    await ready.promise;
  }

  /** Stops the pod; its folder stays. */
  async rest(): Promise<void> {
    if (this.isResting) return;
    this.isResting = true;
    await this.agent.stop(0);
    this.store.close();
    this.log.close();
  }

  async clear(): Promise<void> {
    await this.rest();
    await this.house.clear();
  }
}
