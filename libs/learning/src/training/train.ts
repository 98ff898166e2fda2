import { Fault } from '@podnet/errors';
import { allFinite } from '../all-finite.ts';
import { requireLabels } from '../labels.ts';
import { requireFiniteArray } from '../models/guard.ts';
import type { Batch, Model } from '../models/model.ts';
import { createRandom } from '../random.ts';
import { descend, requireDescent } from './descend.ts';
import { scheduleOf, type Amount } from './schedule.ts';

/** Stochastic gradient descent. The velocity of momentum starts at 0 in every call. */
export interface SgdOptions {
  name: 'sgd';
  learningRate: number;
  /** From 0 to below 1; default 0. */
  momentum?: number;
  /** Rows of one step, at most all of them; `full` takes all. */
  batchSize: number | 'full';
}

/** What suits standardised features. */
export const defaultOptimiser: Readonly<SgdOptions> = { name: 'sgd', learningRate: 0.1, momentum: 0, batchSize: 32 };

/** **Shape** `x` (rows × width) row after row, `y` (rows), `weights` (model.size). */
export interface TrainingRequest {
  model: Model;
  x: Float64Array;
  y: Float64Array;
  /** Where to start; not changed. */
  weights: Float64Array;
  optimiser: SgdOptions;
  amount: Amount;
  seed: number | string;
  /** From 0. */
  round: number;
  /** Asked before every step; `true` ends the training with what there is. */
  shouldStop?: () => boolean;
}

export interface Trained {
  weights: Float64Array;
  /** Steps that were taken. */
  steps: number;
  /** Mean loss of the batches of this call, each before its step, weighted by rows; null when no step was taken. */
  loss: number | null;
}

/**
 * Trains on the rows of one pod. Equal arguments give equal weights, bit for bit on one JavaScript engine.
 * Rows of a single class are welcome here: other pods may hold the others (see `requireSeveralClasses`).
 * **Throws** `data.empty` without rows; `usage.invalid` for shapes, labels or hyperparameters that cannot be;
 * `data.not-finite` for labels, weights or features of the rows it meets that are not finite, and when the training diverges.
 */
export function train(request: TrainingRequest): Trained {
  const { model, x, y, optimiser, shouldStop } = request;
  const rows = requireExamples(request);
  requireOptimiser(optimiser);
  const { learningRate, momentum = 0 } = optimiser;
  const batchSize = optimiser.batchSize === 'full' ? rows : Math.min(optimiser.batchSize, rows);
  const perEpoch = Math.ceil(rows / batchSize);
  const schedule = scheduleOf(request.amount, perEpoch, request.round, request.seed);

  const weights = request.weights.slice();
  const gradient = new Float64Array(model.size);
  const velocity = new Float64Array(momentum > 0 ? model.size : 0);
  const batch: Batch = { x, y, order: new Int32Array(rows), from: 0, to: 0 };
  let shuffled = -1;
  let taken = 0;
  let lossSum = 0;
  let rowSum = 0;

  for (; taken < schedule.steps; taken++) {
    if (shouldStop?.()) break;
    const at = schedule.first + taken;
    const pass = Math.floor(at / perEpoch);
    if (pass !== shuffled) {
      orderRows(batch.order, perEpoch > 1 ? schedule.seedOfPass(pass) : undefined);
      shuffled = pass;
    }
    batch.from = (at % perEpoch) * batchSize;
    batch.to = Math.min(batch.from + batchSize, rows);
    const loss = model.lossAndGradient(batch, weights, gradient);
    if (!Number.isFinite(loss)) throw notFinite(x);
    lossSum += loss * (batch.to - batch.from);
    rowSum += batch.to - batch.from;
    descend(weights, gradient, velocity, learningRate, momentum);
  }
  if (!allFinite(weights)) throw notFinite(x);
  return { weights, steps: taken, loss: rowSum === 0 ? null : lossSum / rowSum };
}

/** The identity, shuffled when a seed is given: a pass does not depend on the passes before it. */
function orderRows(order: Int32Array, seed: number | undefined): void {
  for (let i = 0; i < order.length; i++) order[i] = i;
  if (seed !== undefined) createRandom(seed).shuffle(order);
}

function requireExamples({ model, x, y, weights }: TrainingRequest): number {
  if (y.length === 0) throw new Fault('data.empty', 'There are no rows to train on.');
  if (x.length !== y.length * model.width) throw new Fault('usage.invalid', 'The features do not have the shape of the model.', { at: 'features' });
  if (weights.length !== model.size) throw new Fault('usage.invalid', 'The weights are not as many as the model has.', { at: 'weights' });
  requireFiniteArray(y, 'target');
  requireFiniteArray(weights, 'weights');
  if (model.learns === 'classification') requireLabels(y, model.outputs);
  return y.length;
}

function requireOptimiser(optimiser: SgdOptions): void {
  requireDescent(optimiser);
  const { batchSize } = optimiser;
  if (batchSize !== 'full' && (!Number.isInteger(batchSize) || batchSize < 1)) {
    throw new Fault('usage.invalid', 'The batch size must be a whole number of at least 1, or full.', { at: 'optimiser.batchSize' });
  }
}

/**
 * Why a loss or a weight is no longer finite. Features are looked at only now: one that is not finite makes the gradient of its
 * row so, and reading all of them before every round would cost about as much as a tenth of an epoch.
 */
function notFinite(x: Float64Array): Fault {
  requireFiniteArray(x, 'features');
  return new Fault('data.not-finite', 'The training diverged.', { at: 'optimiser.learningRate', hint: 'Take a smaller learning rate, or standardise the features.' });
}
