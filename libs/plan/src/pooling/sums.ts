/** Values that pods told of one group; null: a pod has none, or cannot say. */
export type Told = number | null;

/**
 * Σ values with the rounding errors kept, so that neither order nor number of pods shows.
 * **Source** Neumaier: Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen, 1974.
 */
export function compensatedSum(values: readonly number[]): number {
  let high = 0;
  let low = 0;
  for (const value of values) {
    const sum = high + value;
    low += Math.abs(high) >= Math.abs(value) ? high - sum + value : value - sum + high;
    high = sum;
  }
  return high + low;
}

/** One pod's count, mean and variance (over n − 1) of the values of a group. */
export interface Moments {
  readonly count: number;
  readonly mean: Told;
  /** Where it is known; otherwise it is count times mean. */
  readonly sum?: Told;
  readonly variance: Told;
}

const present = (pods: readonly Moments[]): Moments[] => pods.filter(({ count }) => count > 0);

/** Σ sums ÷ Σ nᵢ; missing of no values, and where a pod with values cannot say. */
export function pooledMean(pods: readonly Moments[]): Told {
  const there = present(pods);
  if (there.length === 0 || there.some(({ mean }) => mean === null)) return null;
  return compensatedSum(there.map(({ count, mean, sum }) => sum ?? count * mean!)) / there.reduce((sum, { count }) => sum + count, 0);
}

/**
 * (Σ (nᵢ − 1) sᵢ² + Σ nᵢ (mᵢ − m)²) ÷ (Σ nᵢ − 1): no term is negative, so that nothing cancels. Missing of fewer than two values.
 * **Source** Chan, Golub, LeVeque: Updating Formulae and a Pairwise Algorithm for Computing Sample Variances, 1979.
 */
export function pooledVariance(pods: readonly Moments[]): Told {
  const there = present(pods);
  const total = there.reduce((sum, { count }) => sum + count, 0);
  const mean = pooledMean(there);
  if (total < 2 || mean === null || there.some(({ count, variance }) => count > 1 && variance === null)) return null;
  const within = there.map(({ count, variance }) => (count > 1 ? (count - 1) * variance! : 0));
  const between = there.map((pod) => pod.count * (pod.mean! - mean) ** 2);
  return compensatedSum([...within, ...between]) / (total - 1);
}

/** The sum of sums, exact for whole numbers of any size until it is rounded once. */
export function pooledWhole(cells: readonly (string | number)[]): number {
  return Number(cells.reduce<bigint>((sum, cell) => sum + BigInt(cell), 0n));
}
