import { isFault, type FaultCode } from '@podnet/errors';
import { createRandom, seedFrom, type Random } from '@podnet/learning';
import type { BitSource } from '@podnet/privacy';
import type { Body } from '../body.ts';
import type { ModellerEffect, ModellerEvent, ModellerMachine, ModellerPlan, Outcome, Transition } from '../modeller-part.ts';
import { openModellerMachine, openPodSession } from '../open.ts';
import type { DataContext, PodOutput, PodSession } from '../pod-part.ts';

export { memoryData, type MemoryOptions } from './memory-data.ts';
export type { MemoryRow, MemoryTable } from './memory-row.ts';

export interface SimulatedPod {
  podId: string;
  podName: string;
  data: DataContext;
}

export interface SimulatedTask extends Omit<ModellerPlan, 'pods' | 'minPods' | 'privacy'> {
  /** Noise is drawn from the disturbance's seed: it repeats, and hides nothing from whoever knows it. */
  privacy?: ModellerPlan['privacy'];
  pods: readonly SimulatedPod[];
  /** Default: all of them. */
  minPods?: number;
}

/** Likelihoods from 0 to 1 of what may happen at each turn. */
export interface Disturbance {
  seed: number;
  /** Messages arrive in any order. */
  reorder?: boolean;
  repeat?: number;
  /** Only of frames: that a pod runs or has ended is told until it is heard. */
  drop?: number;
  restartPod?: number;
  /** The modeller's process ends and comes back with the last state that was saved. */
  restartModeller?: number;
  /** Checkpoints that need not be saved are skipped. */
  skipCheckpoint?: number;
}

export interface Simulated {
  outcome: Outcome | null;
  failure: { code: FaultCode; says: string } | null;
  excluded: { podId: string; code: FaultCode }[];
  progress: Extract<ModellerEffect, { type: 'progress' }>[];
  /** What happened, by kind: proof that a disturbance took place. */
  happened: Record<'delivered' | 'dropped' | 'repeated' | 'podRestarts' | 'modellerRestarts', number>;
}

/** A change of what pods answer or how they end; for machines that must cope with it. */
export interface Interference {
  /** Called with each output of a pod; returns what leaves it instead. */
  output?(podId: string, output: PodOutput): PodOutput;
  /** Called before a frame reaches a pod; a state ends its assignment there and then. */
  end?(podId: string, step: number): { state: 'denied' | 'failed' | 'cancelled' | 'lost'; code: FaultCode | null } | null;
}

type Message = { to: 'modeller'; event: ModellerEvent } | { to: 'pod'; podId: string; step: number; body: Body };

interface RunningPod {
  epoch: number;
  session: PodSession | null;
  ended: Extract<ModellerEvent, { type: 'pod-ended' }> | null;
  outstanding: { step: number; body: Body } | null;
}

/**
 * Runs a whole task in one process: the modeller's machine, a session for each pod, and a network between them that may reorder,
 * repeat and drop, restart pods under a new epoch and the modeller from its last saved state. Equal arguments give equal runs.
 */
export function simulate(task: SimulatedTask, disturbance: Disturbance = { seed: 0 }, interference: Interference = {}): Simulated {
  return new Simulation(task, disturbance, interference).run();
}

const mostTurns = 2_000_000;

class Simulation {
  private readonly random: Random;
  private readonly machine: ModellerMachine;
  private readonly pods = new Map<string, RunningPod>();
  private messages: Message[] = [];
  private state: unknown;
  private saved: Body | null = null;
  private readonly result: Simulated = {
    outcome: null,
    failure: null,
    excluded: [],
    progress: [],
    happened: { delivered: 0, dropped: 0, repeated: 0, podRestarts: 0, modellerRestarts: 0 },
  };

  constructor(
    private readonly task: SimulatedTask,
    private readonly disturbance: Disturbance,
    private readonly interference: Interference,
  ) {
    this.random = createRandom(disturbance.seed);
    const pods = task.pods.map(({ podId, podName, data }) => ({ podId, podName, dataset: data.dataset, schema: data.schema }));
    this.machine = openModellerMachine({ ...task, privacy: task.privacy ?? null, pods, minPods: task.minPods ?? pods.length });
  }

  run(): Simulated {
    this.take(this.machine.start());
    for (const { podId } of this.task.pods) this.startPod(podId, 1);
    for (let turn = 0; turn < mostTurns; turn++) {
      if (this.result.outcome || this.result.failure) return this.result;
      this.disturb();
      const message = this.nextMessage();
      if (message) this.deliver(message);
      else if (!this.repeatOutstanding()) throw new Error('Nobody has anything to say and the task has not ended.');
    }
    throw new Error('The task does not end.');
  }

  private disturb(): void {
    if (this.happens(this.disturbance.restartModeller)) this.restartModeller();
    if (!this.happens(this.disturbance.restartPod)) return;
    const { podId } = this.task.pods[this.random.below(this.task.pods.length)]!;
    const pod = this.pods.get(podId)!;
    if (pod.ended) return;
    this.result.happened.podRestarts++;
    this.startPod(podId, pod.epoch + 1);
  }

  private nextMessage(): Message | undefined {
    const at = this.disturbance.reorder && this.messages.length > 0 ? this.random.below(this.messages.length) : 0;
    const [message] = this.messages.splice(at, 1);
    if (!message) return undefined;
    const isFrame = message.to === 'pod' || message.event.type === 'frame';
    if (isFrame && this.happens(this.disturbance.drop)) {
      this.result.happened.dropped++;
      return this.nextMessage();
    }
    if (this.happens(this.disturbance.repeat)) {
      this.result.happened.repeated++;
      this.messages.push(message);
    }
    return message;
  }

  private deliver(message: Message): void {
    this.result.happened.delivered++;
    if (message.to === 'pod') {
      const { podId, step, body } = message;
      this.toPod(podId, step, body);
    } else {
      const { event } = message;
      const pod = this.pods.get(event.podId)!;
      if (event.type === 'frame' && event.epoch === pod.epoch && event.step === pod.outstanding?.step) pod.outstanding = null;
      this.take(this.machine.step(this.state, event));
    }
  }

  private toPod(podId: string, step: number, body: Body): void {
    const pod = this.pods.get(podId)!;
    if (!pod.session) return;
    const end = this.interference.end?.(podId, step);
    if (end) this.endPod(podId, { type: 'pod-ended', podId, body: null, ...end });
    else this.attempt(podId, () => pod.session!.frame(step, onTheWire(body)));
  }

  private startPod(podId: string, epoch: number): void {
    const podIndex = this.task.pods.map((each) => each.podId).sort().indexOf(podId);
    const { data } = this.task.pods.find((each) => each.podId === podId)!;
    const { protocol, algorithm, model } = this.task;
    const pod: RunningPod = { epoch, session: null, ended: null, outstanding: null };
    this.pods.set(podId, pod);
    this.messages.push({ to: 'modeller', event: { type: 'pod-ready', podId, epoch } });
    this.attempt(podId, () => {
      pod.session = openPodSession({ protocol, algorithm, model, privacy: this.task.privacy ?? null, podIndex, podCount: this.task.pods.length, data, bits: simulatedBits(seedFrom(this.disturbance.seed, podId, epoch)), resumed: epoch > 1 });
      return pod.session.start();
    });
  }

  /** Does a pod's work; a fault there ends the assignment, as in the runner. */
  private attempt(podId: string, work: () => PodOutput[]): void {
    const { epoch } = this.pods.get(podId)!;
    try {
      for (const original of work()) {
        const output = this.interference.output?.(podId, original) ?? original;
        if (output.type === 'reply') this.messages.push({ to: 'modeller', event: { type: 'frame', podId, epoch, step: output.step, body: onTheWire(output.body) } });
        if (output.type === 'finish') this.endPod(podId, { type: 'pod-ended', podId, state: 'done', code: null, body: onTheWire(output.body) });
      }
    } catch (error) {
      if (!isFault(error)) throw error;
      this.endPod(podId, { type: 'pod-ended', podId, state: 'failed', code: error.code, body: null });
    }
  }

  private endPod(podId: string, ended: Extract<ModellerEvent, { type: 'pod-ended' }>): void {
    const pod = this.pods.get(podId)!;
    Object.assign(pod, { session: null, ended, outstanding: null });
    this.messages.push({ to: 'modeller', event: ended });
  }

  private take({ state, effects }: Transition<unknown>): void {
    if (this.state !== undefined && this.machine.position(state) < this.machine.position(this.state)) throw new Error('The position of a state has fallen.');
    this.state = state;
    for (const effect of effects) {
      if (effect.type === 'checkpoint') {
        if (!effect.required && this.happens(this.disturbance.skipCheckpoint)) continue;
        this.saved = onTheWire(this.machine.save(state));
        if (this.machine.position(this.machine.restore(this.saved)) !== this.machine.position(state)) throw new Error('A saved state stands elsewhere than it did.');
        // The process may end before it has done what comes after the checkpoint.
        if (this.happens(this.disturbance.restartModeller)) return this.restartModeller();
      } else this.carryOut(effect);
    }
  }

  private carryOut(effect: Exclude<ModellerEffect, { type: 'checkpoint' }>): void {
    switch (effect.type) {
      case 'send':
        for (const podId of effect.podIds) {
          const { step, body } = effect;
          this.pods.get(podId)!.outstanding = { step, body };
          this.messages.push({ to: 'pod', podId, step, body });
        }
        return;
      case 'progress':
        this.result.progress.push(effect);
        return;
      case 'exclude':
        this.result.excluded.push({ podId: effect.podId, code: effect.code });
        return;
      case 'finish':
        this.result.outcome = effect.outcome;
        return;
      case 'fail':
        this.result.failure = { code: effect.code, says: effect.says };
    }
  }

  private restartModeller(): void {
    this.state = undefined;
    this.result.happened.modellerRestarts++;
    this.messages = this.messages.filter(({ to }) => to === 'pod');
    for (const pod of this.pods.values()) pod.outstanding = null;
    if (this.saved) this.state = this.machine.restore(onTheWire(this.saved));
    else this.take(this.machine.start());
    for (const [podId, { epoch, ended }] of this.pods) this.messages.push({ to: 'modeller', event: ended ?? { type: 'pod-ready', podId, epoch } });
  }

  private repeatOutstanding(): boolean {
    const before = this.messages.length;
    for (const [podId, { outstanding, ended }] of this.pods) if (outstanding && !ended) this.messages.push({ to: 'pod', podId, ...outstanding });
    return this.messages.length > before;
  }

  private happens(likelihood: number | undefined): boolean {
    return likelihood !== undefined && likelihood > 0 && this.random.uniform() < likelihood;
  }
}

/** Bits that a seed repeats, in the place of those that nobody can know. */
const simulatedBits = (seed: number): BitSource => ({ word: createRandom(seed).next });

/** A body as the other side gets it: through JSON, with arrays of its own. */
function onTheWire({ json, arrays }: Body): Body {
  return { json: JSON.parse(JSON.stringify(json), turned), arrays: Object.fromEntries(Object.entries(arrays).map(([name, values]) => [name, values.slice()])) };
}

/** On a real way keys come in another order; nothing may depend on it. */
function turned(_: string, value: unknown): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).reverse()) : value;
}
