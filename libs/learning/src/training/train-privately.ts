import { Fault } from '@podnet/errors';
import { allFinite } from '../all-finite.ts';
import { requireLabels } from '../labels.ts';
import { requireFiniteArray } from '../models/guard.ts';
import type { Model } from '../models/model.ts';
import { dot } from '../models/vector.ts';
import { descend, requireDescent, type Descent } from './descend.ts';

/** What keeps a training private, from the privacy room: batches by coins, and clipped sums with noise. */
export interface GradientMechanism {
  /** The rows of the next step, sampled anew; there may be none. */
  batch(): ArrayLike<number>;
  /** Adds the gradient `residual` ⊗ (row, 1) of one row, clipped by its own length. */
  add(residual: Float64Array, x: Float64Array, from: number, width: number, rowSquare: number): void;
  /** The noisy sum of what was added, which starts anew. */
  release(): Float64Array;
}

/** **Shape** as of `TrainingRequest`; no rows at all are welcome. */
export interface PrivateTrainingRequest {
  model: Model;
  x: Float64Array;
  y: Float64Array;
  weights: Float64Array;
  optimiser: Descent;
  steps: number;
  mechanism: GradientMechanism;
  /** What a noisy sum is divided by: public, or noised before; never the size of a batch, nor made from the number of rows. */
  expectedBatch: number;
}

/** Weights beyond this are refused before any row is looked at: no score of bounded features can then overflow. */
const mostWeight = 1e100;

/**
 * DP-SGD: takes exactly `steps` steps along noisy sums, an empty batch's as well. Nothing of the rows decides anything else, neither what is
 * returned nor whether something is thrown.
 * **Privacy** that of `mechanism`, `steps` times. **Throws** `usage.invalid` for shapes and hyperparameters; `data.not-finite` for given weights, and
 * when what the noisy steps came to is not finite. **Source** Abadi et al. 2016; clipping by the product of norms: Goodfellow 2015.
 */
export function trainPrivately({ model, x, y, weights: given, optimiser, steps, mechanism, expectedBatch }: PrivateTrainingRequest): Float64Array {
  const { width, residuals } = model;
  requireDescent(optimiser);
  if (x.length !== y.length * width) throw new Fault('usage.invalid', 'The features do not have the shape of the model.', { at: 'features' });
  if (!Number.isSafeInteger(steps) || steps < 1) throw new Fault('usage.invalid', 'The number of steps must be a whole number of at least 1.', { at: 'steps' });
  if (!Number.isFinite(expectedBatch) || expectedBatch <= 0) throw new Fault('usage.invalid', 'The expected size of a batch must be above 0.', { at: 'expectedBatch' });
  requireUsableWeights(given, model.size);
  if (model.learns === 'classification') requireLabels(y, model.outputs);

  const { learningRate, momentum = 0 } = optimiser;
  const weights = given.slice();
  const velocity = new Float64Array(momentum > 0 ? model.size : 0);
  const residual = new Float64Array(residuals);
  const squares = Float64Array.from(y, (_, row) => dot(x, row * width, x, row * width, width));
  for (let step = 0; step < steps; step++) {
    const batch = mechanism.batch();
    for (let i = 0; i < batch.length; i++) {
      const row = batch[i]!;
      model.residualOf(x, y, row, weights, residual);
      mechanism.add(residual, x, row * width, width, squares[row]!);
    }
    const gradient = mechanism.release();
    for (let j = 0; j < gradient.length; j++) gradient[j]! /= expectedBatch;
    model.addPenalty(weights, gradient);
    descend(weights, gradient, velocity, learningRate, momentum);
  }
  if (!allFinite(weights)) throw new Fault('data.not-finite', 'The training diverged.', { at: 'optimiser.learningRate', hint: 'Take a smaller learning rate.' });
  return weights;
}

/** Weights with which every row of bounded features has finite scores. **Throws** `usage.invalid`, `data.not-finite`. */
export function requireUsableWeights(weights: Float64Array, size: number): void {
  if (weights.length !== size) throw new Fault('usage.invalid', 'The weights are not as many as the model has.', { at: 'weights' });
  requireFiniteArray(weights, 'weights');
  if (weights.some((weight) => Math.abs(weight) > mostWeight)) throw new Fault('usage.invalid', 'A weight is too large to compute with.', { at: 'weights' });
}
