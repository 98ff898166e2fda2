import { requireFiniteArray, requireMatrix } from '../guard.ts';
import type { Batch, Model } from '../model.ts';
import { addScaled, dot } from '../vector.ts';

/**
 * More than two classes: probabilities are softmax(W·x + b).
 * **Shape** weights: (outputs × (width + 1)), for each class its w then its b. The penalty ½·l2·|W|² leaves b out.
 */
export function multinomialLogisticRegression(name: string, width: number, outputs: number, l2: number): Model {
  const block = width + 1;
  const size = outputs * block;
  const scores = new Float64Array(outputs);

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

  function lossAndGradient({ x, y, order, from, to }: Batch, weights: Float64Array, gradient: Float64Array): number {
    gradient.fill(0);
    const share = 1 / (to - from);
    let loss = 0;
    for (let i = from; i < to; i++) {
      const row = order[i]!;
      const base = row * width;
      const label = y[row]!;
      const logTotal = scoreRow(x, base, weights);
      loss += logTotal - scores[label]!;
      for (let k = 0, at = 0; k < outputs; k++, at += block) {
        const error = (Math.exp(scores[k]! - logTotal) - (k === label ? 1 : 0)) * share;
        addScaled(gradient, at, error, x, base, width);
        gradient[at + width]! += error;
      }
    }
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

  return { name, learns: 'classification', width, outputs, size, initial: () => new Float64Array(size), lossAndGradient, predict };
}
