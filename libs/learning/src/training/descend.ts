import { Fault } from '@podnet/errors';

/** How weights move along a gradient. */
export interface Descent {
  name: 'sgd';
  learningRate: number;
  /** From 0 to below 1; default 0. */
  momentum?: number;
}

/** v ← μ·v + g, w ← w − η·v. **Source** Polyak 1964, in the form of Sutskever et al. 2013 that most libraries use. */
export function descend(weights: Float64Array, gradient: Float64Array, velocity: Float64Array, learningRate: number, momentum: number): void {
  if (momentum === 0) {
    for (let j = 0; j < weights.length; j++) weights[j]! -= learningRate * gradient[j]!;
    return;
  }
  for (let j = 0; j < weights.length; j++) {
    const speed = momentum * velocity[j]! + gradient[j]!;
    velocity[j] = speed;
    weights[j]! -= learningRate * speed;
  }
}

/** **Throws** `usage.unsupported`, `usage.invalid`. */
export function requireDescent({ name, learningRate, momentum = 0 }: Descent): void {
  if (name !== 'sgd') throw new Fault('usage.unsupported', 'The only optimiser is sgd.', { at: 'optimiser.name' });
  if (!Number.isFinite(learningRate) || learningRate <= 0) throw new Fault('usage.invalid', 'The learning rate must be a finite number above 0.', { at: 'optimiser.learningRate' });
  if (!Number.isFinite(momentum) || momentum < 0 || momentum >= 1) throw new Fault('usage.invalid', 'The momentum must be from 0 to below 1.', { at: 'optimiser.momentum' });
}
