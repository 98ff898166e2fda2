import { Fault } from '@podnet/errors';

/** One pod's weights and what they count: its rows, 1, or a given number. */
export interface WeightedWeights {
  weights: Float64Array;
  weight: number;
}

/**
 * The weighted mean Σ weightᵢ·weightsᵢ / Σ weightᵢ, summed in the order of the list; sort it by pod for a repeatable result.
 * **Throws** `data.empty` for an empty list; `usage.invalid` for unequal lengths, or weights that are negative or add up to nothing;
 * `data.not-finite` for a NaN or infinity anywhere.
 */
export function averageWeights(list: readonly WeightedWeights[]): Float64Array {
  const size = list[0]?.weights.length;
  if (size === undefined) throw new Fault('data.empty', 'There are no weights to average.');
  let total = 0;
  list.forEach(({ weights, weight }, i) => {
    if (weights.length !== size) throw new Fault('usage.invalid', 'The weights to average are not equally many.', { at: `weights[${i}]` });
    if (!Number.isFinite(weight)) throw new Fault('data.not-finite', 'A weight of the average is not finite.', { at: `weights[${i}].weight` });
    if (weight < 0) throw new Fault('usage.invalid', 'A weight of the average is negative.', { at: `weights[${i}].weight` });
    total += weight;
  });
  if (total <= 0 || !Number.isFinite(total)) throw new Fault('usage.invalid', 'The weights of the average must add up to a finite number above 0.', { at: 'weights' });

  const mean = new Float64Array(size);
  list.forEach(({ weights, weight }, i) => {
    const share = weight / total;
    for (let j = 0; j < size; j++) {
      const value = weights[j]!;
      if (!Number.isFinite(value)) throw new Fault('data.not-finite', 'The weights to average must be finite.', { at: `weights[${i}]` });
      mean[j]! += share * value;
    }
  });
  return mean;
}
