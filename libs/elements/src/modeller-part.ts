import type { FaultCode } from '@podnet/errors';
import type { Body } from './body.ts';
import type { ElementAsk, SchemaColumn } from './pod-part.ts';

/** One task as the modeller's side sees it. Pods are sorted by id; every fold over pods keeps this order, so results repeat to the bit. */
export interface ModellerPlan {
  protocol: ElementAsk;
  algorithm: ElementAsk;
  model: ElementAsk | null;
  privacy: { epsilon: number; delta: number } | null;
  pods: readonly { podId: string; podName: string; dataset: string; schema: readonly SchemaColumn[] }[];
  minPods: number;
}

/** What happens to the modeller's machine. */
export type ModellerEvent =
  /** The pod runs, for the first time or again under a later epoch; it remembers nothing of earlier epochs. */
  | { type: 'pod-ready'; podId: string; epoch: number }
  | { type: 'frame'; podId: string; epoch: number; step: number; body: Body }
  /** The assignment has ended; `body` is its result when it is done. */
  | { type: 'pod-ended'; podId: string; state: 'done' | 'denied' | 'failed' | 'parked' | 'cancelled' | 'lost'; code: FaultCode | null; body: Body | null };

/** What the machine wants done. */
export type ModellerEffect =
  /** Send (or send again) one step's frame; delivery is not promised, the shell repeats it until the pod answers, ends or restarts. */
  | { type: 'send'; podIds: readonly string[]; step: number; body: Body }
  /**
   * A good moment to save the state. `durable`: the shell carries out the effects after it only when the save is acknowledged.
   * A machine asks for it before the step after which pods forget the task (else a modeller killed then could not go on).
   */
  | { type: 'checkpoint'; durable?: boolean }
  | { type: 'progress'; done: number; of: number; says: string; metrics?: Record<string, number | null> }
  | { type: 'finish'; outcome: Outcome }
  | { type: 'fail'; code: FaultCode; says: string };

/** The answer of a task, as people and programs read it. */
export interface Outcome {
  /** Plain JSON: what `--json` prints. */
  summary: unknown;
  /** Weights and other long arrays, by name; the summary says how to read them. */
  arrays: Record<string, Float64Array>;
  /** Pods whose answers are in it. */
  contributors: readonly string[];
}

export interface Transition<State> {
  state: State;
  effects: readonly ModellerEffect[];
}

/** The modeller's side of a protocol: pure, and its state can be saved and restored at any time. */
export interface ModellerMachine<State = unknown> {
  start(): Transition<State>;
  step(state: State, event: ModellerEvent): Transition<State>;
  save(state: State): Body;
  /** **Throws** `envelope.malformed` when the body is not a state of this machine and plan. */
  restore(saved: Body): State;
}
