import { requireFiniteArray, requireMatrix } from '../guard.ts';
import type { Batch, Model } from '../model.ts';
import { addPenaltyOf } from '../penalty.ts';
import { addScaled, addScaledPair, dot, dotPair } from '../vector.ts';

/**
 * More than two classes: probabilities are softmax(W·x + b).
 * **Shape** weights: (outputs × (width + 1)), for each class its w then its b. The penalty ½·l2·|W|² leaves b out.
 */
export function multinomialLogisticRegression(name: string, width: number, outputs: number, l2: number): Model {
  const block = width + 1;
  const size = outputs * block;
  const scores = new Float64Array(outputs);
  /** Scores of two rows, side by side. */
  const pairs = new Float64Array(2 * outputs);

  /** Fills `scores` with W·x + b and returns log Σ e^score, computed relative to the largest score. */
  function scoreRow(x: Float64Array, base: number, weights: Float64Array): number {
    let highest = -Infinity;
    for (let k = 0, at = 0; k < outputs; k++, at += block) {
      const z = weights[at + width]! + dot(weights, at, x, base, width);
      scores[k] = z;
      if (z > highest) highest = z;
    }
    let sum = 0;
    for (let k = 0; k < outputs; k++) sum += Math.exp(scores[k]! - highest);
    return highest + Math.log(sum);
  }

  /** Adds one row to the gradient, and its loss to `loss`. */
  function addRow(x: Float64Array, y: Float64Array, row: number, weights: Float64Array, gradient: Float64Array, share: number, loss: number): number {
    const base = row * width;
    const label = y[row]!;
    const logTotal = scoreRow(x, base, weights);
    for (let k = 0, at = 0; k < outputs; k++, at += block) {
      const error = (Math.exp(scores[k]! - logTotal) - (k === label ? 1 : 0)) * share;
      addScaled(gradient, at, error, x, base, width);
      gradient[at + width]! += error;
    }
    return loss + (logTotal - scores[label]!);
  }

  /** Two rows at once, to the same bits as one after the other: each weight and each entry of the gradient is fetched half as often, which is what takes the time. */
  function addPair(x: Float64Array, y: Float64Array, row: number, other: number, weights: Float64Array, gradient: Float64Array, share: number, loss: number): number {
    const first = row * width;
    const second = other * width;
    let highest = -Infinity;
    let otherHighest = -Infinity;
    for (let k = 0, at = 0; k < outputs; k++, at += block) {
      dotPair(weights, at, x, first, second, width, pairs, 2 * k);
      const z = (pairs[2 * k]! += weights[at + width]!);
      const otherZ = (pairs[2 * k + 1]! += weights[at + width]!);
      if (z > highest) highest = z;
      if (otherZ > otherHighest) otherHighest = otherZ;
    }
    let sum = 0;
    let otherSum = 0;
    for (let k = 0; k < outputs; k++) {
      sum += Math.exp(pairs[2 * k]! - highest);
      otherSum += Math.exp(pairs[2 * k + 1]! - otherHighest);
    }
    const logTotal = highest + Math.log(sum);
    const otherTotal = otherHighest + Math.log(otherSum);
    const label = y[row]!;
    const otherLabel = y[other]!;
    for (let k = 0, at = 0; k < outputs; k++, at += block) {
      const error = (Math.exp(pairs[2 * k]! - logTotal) - (k === label ? 1 : 0)) * share;
      const otherError = (Math.exp(pairs[2 * k + 1]! - otherTotal) - (k === otherLabel ? 1 : 0)) * share;
      addScaledPair(gradient, at, error, otherError, x, first, second, width);
      gradient[at + width] = gradient[at + width]! + error + otherError;
    }
    return loss + (logTotal - pairs[2 * label]!) + (otherTotal - pairs[2 * otherLabel + 1]!);
  }

  function lossAndGradient({ x, y, order, from, to }: Batch, weights: Float64Array, gradient: Float64Array): number {
    gradient.fill(0);
    const share = 1 / (to - from);
    let loss = 0;
    let i = from;
    for (; i + 1 < to; i += 2) loss = addPair(x, y, order[i]!, order[i + 1]!, weights, gradient, share, loss);
    if (i < to) loss = addRow(x, y, order[i]!, weights, gradient, share, loss);
    loss *= share;
    if (l2 > 0) {
      let norm = 0;
      for (let at = 0; at < size; at += block) {
        for (let j = at; j < at + width; j++) {
          norm += weights[j]! * weights[j]!;
          gradient[j]! += l2 * weights[j]!;
        }
      }
      loss += 0.5 * l2 * norm;
    }
    return loss;
  }

  function residualOf(x: Float64Array, y: Float64Array, row: number, weights: Float64Array, residual: Float64Array): void {
    const logTotal = scoreRow(x, row * width, weights);
    for (let k = 0; k < outputs; k++) residual[k] = Math.exp(scores[k]! - logTotal) - (k === y[row] ? 1 : 0);
  }

  function predict(x: Float64Array, weights: Float64Array): Float64Array {
    const rows = requireMatrix(x, weights, { width, size });
    const probabilities = new Float64Array(rows * outputs);
    for (let row = 0; row < rows; row++) {
      const logTotal = scoreRow(x, row * width, weights);
      for (let k = 0; k < outputs; k++) probabilities[row * outputs + k] = Math.exp(scores[k]! - logTotal);
    }
    requireFiniteArray(probabilities, 'predictions');
    return probabilities;
  }

  return { name, learns: 'classification', width, outputs, size, initial: () => new Float64Array(size), lossAndGradient, residuals: outputs, residualOf, addPenalty: (weights, gradient) => addPenaltyOf(l2, weights, gradient, width), predict };
}
