import { requireFiniteArray, requireMatrix } from '../guard.ts';
import type { Batch, Model } from '../model.ts';
import { addPenaltyOf } from '../penalty.ts';
import { addScaled, dot } from '../vector.ts';

/**
 * Two classes: p = σ(w·x + b) is the probability of class 1.
 * **Shape** weights: (width + 1), w then b. The penalty ½·l2·|w|² leaves b out.
 */
export function binaryLogisticRegression(name: string, width: number, l2: number): Model {
  const size = width + 1;

  function lossAndGradient({ x, y, order, from, to }: Batch, weights: Float64Array, gradient: Float64Array): number {
    gradient.fill(0);
    const share = 1 / (to - from);
    let loss = 0;
    let slope = 0;
    // Σ log(1 + t) is the log of a product; each factor is at most 2, so it is taken long before the product overflows.
    let product = 1;
    for (let i = from; i < to; i++) {
      const row = order[i]!;
      const base = row * width;
      const z = weights[width]! + dot(weights, 0, x, base, width);
      const label = y[row]!;
      // −log-likelihood = max(z, 0) − z·y + log(1 + e^−|z|), which never overflows; its derivative by z is p − y.
      const t = Math.exp(z < 0 ? z : -z);
      loss += (z > 0 ? z : 0) - z * label;
      product *= 1 + t;
      if (product > 1e300) {
        loss += Math.log(product);
        product = 1;
      }
      const error = ((z < 0 ? t : 1) / (1 + t) - label) * share;
      slope += error;
      addScaled(gradient, 0, error, x, base, width);
    }
    gradient[width] = slope;
    loss = (loss + Math.log(product)) * share;
    if (l2 > 0) {
      let norm = 0;
      for (let j = 0; j < width; j++) {
        norm += weights[j]! * weights[j]!;
        gradient[j]! += l2 * weights[j]!;
      }
      loss += 0.5 * l2 * norm;
    }
    return loss;
  }

  function residualOf(x: Float64Array, y: Float64Array, row: number, weights: Float64Array, residual: Float64Array): void {
    const z = weights[width]! + dot(weights, 0, x, row * width, width);
    const t = Math.exp(-Math.abs(z));
    residual[0] = (z < 0 ? t : 1) / (1 + t) - y[row]!;
  }

  function predict(x: Float64Array, weights: Float64Array): Float64Array {
    const rows = requireMatrix(x, weights, { width, size });
    const probabilities = new Float64Array(rows);
    for (let row = 0; row < rows; row++) {
      const base = row * width;
      const z = weights[width]! + dot(weights, 0, x, base, width);
      const t = Math.exp(-Math.abs(z));
      probabilities[row] = (z < 0 ? t : 1) / (1 + t);
    }
    requireFiniteArray(probabilities, 'predictions');
    return probabilities;
  }

  return { name, learns: 'classification', width, outputs: 2, size, initial: () => new Float64Array(size), lossAndGradient, residuals: 1, residualOf, addPenalty: (weights, gradient) => addPenaltyOf(l2, weights, gradient, width), predict };
}
