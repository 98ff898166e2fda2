import type { FaultCode } from '@podnet/errors';
import type { MetricName, Metrics } from '@podnet/learning';
import type { Body } from './body.ts';
import type { TaskModel } from './model-part.ts';
import type { ElementAsk, PlannedCall, SchemaColumn } from './pod-part.ts';

export interface PlanPod {
  podId: string;
  podName: string;
  dataset: string;
  schema: readonly SchemaColumn[];
  /** Columns of other datasets of the pod, by name, where a task scans them. */
  others?: Readonly<Record<string, readonly SchemaColumn[]>>;
}

/** One task as the modeller's side sees it. Pods are sorted by id; every fold over pods keeps this order, so results repeat to the bit. */
export interface ModellerPlan {
  protocol: ElementAsk;
  algorithm: ElementAsk;
  model: ElementAsk | null;
  privacy: { epsilon: number; delta: number } | null;
  pods: readonly PlanPod[];
  minPods: number;
}

/** What happens to the modeller's machine. Events may come twice, late, or in another order. */
export type ModellerEvent =
  /**
   * The pod runs, for the first time or again under a later epoch; it remembers nothing of earlier epochs. After `restore` the shell
   * says it again for every pod that runs, and `pod-ended` for every pod that has ended.
   */
  | { type: 'pod-ready'; podId: string; epoch: number }
  | { type: 'frame'; podId: string; epoch: number; step: number; body: Body }
  /** The assignment has ended; `body` is its result when it is done. */
  | { type: 'pod-ended'; podId: string; state: 'done' | 'denied' | 'failed' | 'parked' | 'cancelled' | 'lost'; code: FaultCode | null; body: Body | null };

/** What the machine wants done, in this order. */
export type ModellerEffect =
  /**
   * Send (or send again) one step's frame; delivery is not promised, the shell repeats it until a frame of this step comes from the
   * pod's present epoch, or the pod ends or restarts. A pod has one frame outstanding: a later `send` to it replaces the earlier one.
   */
  | { type: 'send'; podIds: readonly string[]; step: number; body: Body }
  /**
   * A good moment to save the state; the shell may skip some. `required`: the effects after it wait until this state is safe,
   * because pods forget when they finish.
   */
  | { type: 'checkpoint'; required?: true }
  | { type: 'progress'; done: number; of: number; says: string; metrics?: Record<string, number | null> }
  /**
   * This pod's answers can no longer be used; the shell may cancel its assignment. The machine does not wait for it.
   * `conflict.state`: the pod has ended at a point that this machine has not reached; another one drove it there.
   */
  | { type: 'exclude'; podId: string; code: FaultCode; says: string }
  | { type: 'finish'; outcome: Outcome }
  | { type: 'fail'; code: FaultCode; says: string };

/** The answer of a task, as people and programs read it. */
export interface Outcome {
  /** Plain JSON: what `--json` prints. */
  summary: unknown;
  /** Weights and other long arrays, by name; the summary says how to read them. */
  arrays: Record<string, Float64Array>;
  /** Ids of the pods whose answers are in it. */
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
  /**
   * How far a state has come, as a whole number that never falls: of two saved states of one task the one with the smaller position is behind.
   */
  position(state: State): number;
  /** **Throws** `envelope.malformed` when the body is not a state of this machine and plan. */
  restore(saved: Body): State;
}

/** What a protocol's modeller part works with. */
export interface ProtocolWork<Params = unknown> {
  params: Params;
  pods: readonly PlanPod[];
  minPods: number;
  algorithm: AlgorithmModeller;
}

export interface ProtocolModellerPart<Params = unknown> {
  /** **Throws** `usage.invalid` when the parameters do not fit the pods. */
  open(work: ProtocolWork<Params>): ModellerMachine;
}

/** One pod's answer, at its place among the pods sorted by id. */
export interface PodAnswer {
  podId: string;
  podName: string;
  body: Body;
}

/** What an algorithm's modeller part works with. */
export interface AlgorithmModellerWork<Params = unknown> {
  params: Params;
  model: TaskModel | null;
  pods: readonly PlanPod[];
  privacy: { epsilon: number; delta: number } | null;
  /** What the protocol will ask of every pod at most. */
  calls: readonly PlannedCall[];
}

export interface AlgorithmModellerPart<Params = unknown> {
  open(work: AlgorithmModellerWork<Params>): AlgorithmModeller;
}

/** The modeller's side of an algorithm, by what a protocol needs of it; a protocol that carries it finds its part present. */
export interface AlgorithmModeller {
  /** For one answer of each pod. */
  results?: ResultsSide;
  /** For averaging weights over rounds. */
  averaging?: AveragingSide;
}

export interface ResultsSide {
  /** **Throws** a `Fault` for a body that is no answer of this algorithm; the pod is left out and named. */
  accept(body: Body): void;
  /** Combines accepted answers, at least one. */
  combine(answers: readonly PodAnswer[]): { summary: Record<string, unknown>; arrays: Record<string, Float64Array> };
}

/** What a protocol sees of an algorithm's evaluation. Plain JSON. */
export interface Evaluated {
  rows: number;
  metrics: Metrics;
}

/**
 * What averaging needs of an algorithm. Pods are called with the operations `statistics` (input of `ask`), `prepare` (input of
 * `pool`), `train` and `evaluate`, in the forms that the protocol's folder describes.
 */
export interface AveragingSide {
  /** Whether something has to be pooled before the first round. */
  needsStatistics: boolean;
  /** Input of every pod's `statistics`. */
  ask(): Body;
  /** **Throws** a `Fault` for what are no statistics of this task. */
  acceptStatistics(body: Body): void;
  /** Input of every pod's `prepare`, from accepted answers in the order of the pods; none when nothing is needed. */
  pool(answers: readonly Body[]): Body;
  /** Weights that the first round starts from. Their number is that of every later vector. */
  initial(): Float64Array;
  /** Metrics that evaluations of this model have. */
  metrics: readonly MetricName[];
  /** **Throws** a `Fault` for what is no evaluation of this model. */
  acceptEvaluation(json: unknown): Evaluated;
  poolEvaluations(list: readonly Evaluated[]): Evaluated;
  /** How an evaluation is shown: metrics, rows, and what explains them. */
  report(evaluation: Evaluated): unknown;
  /** What of the pods' privacy is spent on what; absent without differential privacy. */
  privacy?(): unknown;
  /** The trained model as an object that other tasks take, from what `pool` made. */
  describe(prepared: Body, weights: Float64Array): unknown;
}
