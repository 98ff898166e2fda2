import { requireFiniteArray, requireMatrix, requirePenalty, requireShape } from '../guard.ts';
import type { Batch, Model, ModelFamily } from '../model.ts';
import { addPenaltyOf } from '../penalty.ts';
import { addScaled, dot } from '../vector.ts';

const name = 'linear-regression';

/**
 * Linear regression: ŷ = w·x + b, loss ½·mean (ŷ − y)² plus the penalty ½·l2·|w|² (default 0; b is free).
 * **Shape** weights: (width + 1), w then b.
 */
export const linearRegression: ModelFamily<{ l2?: number }> = {
  name,
  learns: 'regression',
  size: ({ width }) => width + 1,
  create(shape, options = {}) {
    requireShape(shape, 1, 1);
    return build(shape.width, requirePenalty(options.l2));
  },
};

function build(width: number, l2: number): Model {
  const size = width + 1;

  function lossAndGradient({ x, y, order, from, to }: Batch, weights: Float64Array, gradient: Float64Array): number {
    gradient.fill(0);
    const share = 1 / (to - from);
    let loss = 0;
    let slope = 0;
    for (let i = from; i < to; i++) {
      const row = order[i]!;
      const base = row * width;
      let error = weights[width]! + dot(weights, 0, x, base, width) - y[row]!;
      loss += error * error;
      error *= share;
      slope += error;
      addScaled(gradient, 0, error, x, base, width);
    }
    gradient[width] = slope;
    loss *= 0.5 * share;
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
    residual[0] = weights[width]! + dot(weights, 0, x, row * width, width) - y[row]!;
  }

  function predict(x: Float64Array, weights: Float64Array): Float64Array {
    const rows = requireMatrix(x, weights, { width, size });
    const values = new Float64Array(rows);
    for (let row = 0; row < rows; row++) {
      const base = row * width;
      values[row] = weights[width]! + dot(weights, 0, x, base, width);
    }
    requireFiniteArray(values, 'predictions');
    return values;
  }

  return { name, learns: 'regression', width, outputs: 1, size, initial: () => new Float64Array(size), lossAndGradient, residuals: 1, residualOf, addPenalty: (weights, gradient) => addPenaltyOf(l2, weights, gradient, width), predict };
}
