import { Fault } from '@podnet/errors';
import type { ModelShape } from './model.ts';

/** **Throws** `usage.invalid` unless width and outputs are whole numbers, of which `outputs` is at least `leastOutputs`. */
export function requireShape({ width, outputs }: ModelShape, leastOutputs: number, mostOutputs = 10_000): void {
  if (!Number.isInteger(width) || width < 1 || width > 1_000_000) throw new Fault('usage.invalid', 'A model needs from 1 to 1000000 feature columns.', { at: 'width' });
  if (!Number.isInteger(outputs) || outputs < leastOutputs || outputs > mostOutputs) {
    throw new Fault('usage.invalid', `This model has from ${leastOutputs} to ${mostOutputs} outputs.`, { at: 'outputs' });
  }
}

/** The strength of the penalty ½·l2·|w|². **Throws** `usage.invalid` unless it is finite and not negative. */
export function requirePenalty(l2: number | undefined): number {
  if (l2 === undefined) return 0;
  if (!Number.isFinite(l2) || l2 < 0) throw new Fault('usage.invalid', 'The penalty l2 must be a finite number of at least 0.', { at: 'l2' });
  return l2;
}

/** **Throws** `data.not-finite` when a value is NaN or infinite. */
export function requireFiniteArray(values: Float64Array, what: string): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i]!)) throw new Fault('data.not-finite', `The ${what} must be finite numbers.`, { at: what });
  }
}

/** Rows of a matrix for a model, after checking matrix and weights. **Throws** `usage.invalid`, `data.not-finite`. */
export function requireMatrix(x: Float64Array, weights: Float64Array, model: { width: number; size: number }): number {
  if (x.length % model.width !== 0) throw new Fault('usage.invalid', 'The features do not have the width of the model.', { at: 'features' });
  if (weights.length !== model.size) throw new Fault('usage.invalid', 'The weights are not as many as the model has.', { at: 'weights' });
  requireFiniteArray(x, 'features');
  requireFiniteArray(weights, 'weights');
  return x.length / model.width;
}
