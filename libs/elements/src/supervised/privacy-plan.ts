import { Fault } from '@podnet/errors';
import { costOf, pairOf, splitAmount, trainingCost, trainingNoise, type Amount, type TrainingCost } from '@podnet/privacy';
import type { PlannedCall } from '../pod-part.ts';
import { privacyDefaults, type DifferentialPrivacy } from './privacy-params.ts';

/** How long one call trains. */
export type TrainingAmount = { epochs: number } | { steps: number };

/** What a session will do at most: fixed before anything is drawn. */
export interface PlannedWork {
  /** Null: nothing is trained. */
  training: { calls: number; amount: TrainingAmount; asked: DifferentialPrivacy | undefined } | null;
  evaluations: number;
}

/** A task's (epsilon, delta), wholly given out. */
export interface PrivacyPlan {
  training: { calls: number; stepsPerCall: number; clippingNorm: number; cost: TrainingCost } | null;
  /** For a noisy number of training rows, in the place of the true one wherever it would count; null where nothing is trained. */
  rows: Amount | null;
  /** For each evaluation; null when there are none. */
  evaluation: Amount | null;
  evaluations: number;
}

/** Shares of epsilon. Delta is the training's alone: the others take pure noise. */
const weights = { training: 90, rows: 2, evaluations: 8 };

/**
 * Splits what a task may spend over training, a noisy number of rows, and evaluations.
 * **Privacy** what the parts cost adds up to the task's pair at most, by basic composition. Pure: pods and modeller make the same plan.
 * **Throws** `privacy.malformed` for a pair that is none or does not suffice, `usage.invalid`, and as `trainingCost`.
 */
export function planPrivacy(privacy: { epsilon: number; delta: number }, work: PlannedWork): PrivacyPlan {
  const whole = costOf(privacy);
  const { training, evaluations } = work;
  const parts = [
    ...(training ? [{ name: 'training', weight: weights.training, usesDelta: true }, { name: 'rows', weight: weights.rows, usesDelta: false }] : []),
    ...(evaluations > 0 ? [{ name: 'evaluations', weight: weights.evaluations, usesDelta: false }] : []),
  ];
  const shares = splitAmount(whole, parts);
  const shareOf = (name: string): Amount | null => shares[parts.findIndex((part) => part.name === name)] ?? null;
  const forEvaluations = shareOf('evaluations');
  return {
    training: training && trainingOf(training, shareOf('training')!, privacy.epsilon),
    rows: shareOf('rows'),
    // The last share is among the smallest, so that no evaluation is taken for dearer than it may be.
    evaluation: forEvaluations && splitAmount(forEvaluations, Array.from({ length: evaluations }, () => ({ weight: 1, usesDelta: false }))).at(-1)!,
    evaluations,
  };
}

function trainingOf({ calls, amount, asked }: NonNullable<PlannedWork['training']>, share: Amount, taskEpsilon: number): PrivacyPlan['training'] {
  const { samplingRate, clippingNorm, noiseMultiplier } = asked ?? privacyDefaults();
  const stepsPerCall = 'epochs' in amount ? amount.epochs * Math.ceil(1 / samplingRate) : amount.steps;
  const { epsilon, delta } = pairOf(share);
  const job = { samplingRate, steps: calls * stepsPerCall };
  if (noiseMultiplier === undefined) return { calls, stepsPerCall, clippingNorm, cost: noiseFor(job, epsilon, delta) };
  const cost = trainingCost({ ...job, noiseMultiplier }, delta);
  if (!(cost.epsilon <= epsilon)) {
    const passing = upTo3(cost.epsilon * (taskEpsilon / epsilon) * (1 + 1e-9));
    throw new Fault('privacy.malformed', `This noise costs more than the training's share of the task's epsilon: epsilon ${passing} would pass.`, { at: 'algorithm.differentialPrivacy.noiseMultiplier', hint: 'Ask for that epsilon, take more noise or fewer steps, or leave the noise multiplier out.' });
  }
  return { calls, stepsPerCall, clippingNorm, cost };
}

/** Rounded up to a thousandth. */
const upTo3 = (value: number): number => Math.ceil(value * 1000) / 1000;

/** Every pod of a simulation and the modeller ask for the same: finding the noise takes about a second, the answer is a few numbers. */
const found = new Map<string, TrainingCost>();

function noiseFor(job: { samplingRate: number; steps: number }, epsilon: number, delta: number): TrainingCost {
  const key = JSON.stringify([job.samplingRate, job.steps, epsilon, delta]);
  const known = found.get(key);
  if (known) return known;
  const cost = trainingNoise(job, { epsilon, delta });
  if (found.size >= 100) found.clear();
  found.set(key, cost);
  return cost;
}

/** What a protocol plans, of an algorithm with the operations `train` and `evaluate`. */
export function plannedWork(calls: readonly PlannedCall[], asked: DifferentialPrivacy | undefined): PlannedWork {
  const times = (operation: string): number => calls.reduce((sum, call) => sum + (call.operation === operation ? call.times : 0), 0);
  const training = calls.find(({ operation }) => operation === 'train');
  return {
    training: training ? { calls: times('train'), amount: (training.input as { amount: TrainingAmount }).amount, asked } : null,
    evaluations: times('evaluate'),
  };
}

/** Given weights, judged once. */
export const onlyEvaluation: PlannedWork = { training: null, evaluations: 1 };

/** What is spent on what, for people and programs. */
export interface PrivacyReport {
  epsilon: number;
  delta: number;
  training: { epsilon: number; delta: number; epsilonByRdp: number; noiseMultiplier: number; clippingNorm: number; samplingRate: number; steps: number } | null;
  rows: { epsilon: number } | null;
  evaluations: { count: number; epsilonEach: number } | null;
}

export function reportOfPlan({ epsilon, delta }: { epsilon: number; delta: number }, { training, rows, evaluation, evaluations }: PrivacyPlan): PrivacyReport {
  return {
    epsilon,
    delta,
    training: training && { epsilon: training.cost.epsilon, delta: training.cost.delta, epsilonByRdp: training.cost.epsilonByRdp, noiseMultiplier: training.cost.noiseMultiplier, clippingNorm: training.clippingNorm, samplingRate: training.cost.samplingRate, steps: training.cost.steps },
    rows: rows && { epsilon: pairOf(rows).epsilon },
    evaluations: evaluation && { count: evaluations, epsilonEach: pairOf(evaluation).epsilon },
  };
}
