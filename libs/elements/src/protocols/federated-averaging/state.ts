import { Fault, isFaultCode, type FaultCode } from '@podnet/errors';
import { metricNames } from '@podnet/learning';
import { z } from 'zod';
import type { Absence } from '../../absence.ts';
import type { Body } from '../../body.ts';
import type { Evaluated } from '../../modeller-part.ts';
import { packHistory, unpackHistory, type RoundRow } from './history.ts';
import { markOf } from '../../mark.ts';

/** A pod's answer to the question of the present phase. */
export type Answer =
  | { type: 'statistics'; body: Body }
  | { type: 'round'; rows: number; loss: number | null; validation: Evaluated | null; weights: Float64Array }
  | { type: 'measure'; validation: Evaluated | null };

/** What a pod said at the end. */
export interface Result {
  rows: number;
  validation: Evaluated | null;
  test: Evaluated | null;
}

export interface PodState {
  /** The latest epoch it was heard of in; 0 before the first. */
  epoch: number;
  readiness: 'absent' | 'preparing' | 'ready';
  answer: Answer | null;
  /** Set once, when its answers no longer count. */
  absence: Absence | null;
  /** Set once, when it has finished. */
  result: Result | null;
}

/** What pods need before a round, with its mark. */
export interface Prepared {
  body: Body;
  mark: string;
}

export interface State {
  phase: 'statistics' | 'rounds' | 'measure' | 'finish' | 'over';
  /** The round that runs, from 1; 0 before the first. */
  round: number;
  prepared: Prepared | null;
  /** What pods are asked to start from, or at the end to evaluate. */
  weights: Float64Array;
  mark: string;
  /** With early stopping: the best weights that were measured. */
  best: { round: number; value: number | null; weights: Float64Array } | null;
  /** Measured rounds since the best one. */
  waited: number;
  stoppedEarly: boolean;
  history: readonly RoundRow[];
  /** In the order of the plan. */
  pods: readonly PodState[];
}

export const prepare = (body: Body): Prepared => ({ body, mark: markOf(body.json, body.arrays) });

/** Marks what a pod is asked: these weights, after this preparation. */
export const markOfWeights = (weights: Float64Array, prepared: Prepared | null): string => markOf(prepared?.mark, { weights });

/**
 * Small and exact: answers of the present phase are left out, for pods give the same again, and numbers are kept to the bit.
 * Arrays are not copied; nobody writes into them.
 */
export function saveState(state: State): Body {
  const { metrics, cells } = packHistory(state.history);
  const arrays: Body['arrays'] = { weights: state.weights, history: cells };
  if (state.best) arrays.best = state.best.weights;
  for (const [name, values] of Object.entries(state.prepared?.body.arrays ?? {})) arrays[`prepared.${name}`] = values;
  const { phase, round, waited, stoppedEarly, history, best, prepared } = state;
  const pods = state.pods.map(({ epoch, absence, result }) => ({ epoch, absence, result }));
  const json = {
    protocol: 'federated-averaging',
    phase,
    round,
    waited,
    stoppedEarly,
    rows: history.length,
    metrics,
    best: best && { round: best.round, value: best.value },
    prepared: prepared && { json: prepared.body.json },
    pods,
  };
  return { json, arrays };
}

/** Rounds are far fewer than this. */
const beyondRounds = 2 ** 40;

/** Statistics, then each round and its measure, then the end with the pods that have finished. */
export function positionOf({ phase, round, pods }: State): number {
  if (phase === 'finish' || phase === 'over') return beyondRounds + pods.filter(({ result, absence }) => result ?? absence).length;
  return phase === 'statistics' ? 0 : 2 * round + (phase === 'measure' ? 1 : 0);
}

/** **Throws** `envelope.malformed` for what is no state of so many pods and weights. */
export function restoreState(saved: Body, pods: number, size: number, readEvaluation: (json: unknown) => Evaluated): State {
  const parsed = savedForm.safeParse(saved.json);
  if (!parsed.success || parsed.data.pods.length !== pods) throw malformed();
  const { phase, round, waited, stoppedEarly, rows, metrics, best, prepared } = parsed.data;
  const { weights, history, best: bestWeights } = saved.arrays;
  if (weights?.length !== size || !history || (best !== null && bestWeights?.length !== size)) throw malformed();
  if (prepared === null && phase !== 'statistics') throw malformed();
  const own = Object.entries(saved.arrays).filter(([name]) => name.startsWith('prepared.'));
  const evaluation = (json: unknown): Evaluated | null => (json === null || json === undefined ? null : readEvaluation(json));
  const preparation = prepared && prepare({ json: prepared.json, arrays: Object.fromEntries(own.map(([name, values]) => [name.slice('prepared.'.length), values])) });
  return {
    phase,
    round,
    prepared: preparation,
    weights,
    mark: markOfWeights(weights, preparation),
    best: best && { ...best, weights: bestWeights! },
    waited,
    stoppedEarly,
    history: unpackHistory({ metrics, cells: history }, rows),
    pods: parsed.data.pods.map(({ epoch, absence, result }): PodState => {
      const answered = result && { rows: result.rows, validation: evaluation(result.validation), test: evaluation(result.test) };
      return { epoch, absence: absence as Absence | null, result: answered, readiness: 'absent', answer: null };
    }),
  };
}

const count = z.int().min(0);
const savedForm = z.strictObject({
  protocol: z.literal('federated-averaging'),
  phase: z.enum(['statistics', 'rounds', 'measure', 'finish', 'over']),
  round: count,
  waited: count,
  stoppedEarly: z.boolean(),
  rows: count,
  metrics: z.array(z.enum(metricNames)),
  best: z.strictObject({ round: count, value: z.number().nullable() }).nullable(),
  prepared: z.strictObject({ json: z.unknown() }).nullable(),
  pods: z.array(
    z.strictObject({
      epoch: count,
      absence: z.strictObject({ state: z.enum(['denied', 'failed', 'parked', 'cancelled', 'lost', 'excluded']), code: z.custom<FaultCode>(isFaultCode) }).nullable(),
      result: z.strictObject({ rows: count, validation: z.unknown(), test: z.unknown() }).nullable(),
    }),
  ),
});

const malformed = (): Fault => new Fault('envelope.malformed', 'This is not a saved state of this task.');
