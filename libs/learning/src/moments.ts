/** Count, mean and sum of squared deviations from the mean: what is needed for a mean and a spread, and can be merged. */
export interface Moments {
  count: number;
  mean: number;
  m2: number;
}

export const noMoments: Readonly<Moments> = { count: 0, mean: 0, m2: 0 };

/**
 * Moments of the values at `rows`, passing over NaN. Everything is summed relative to the first value, so that a constant has
 * a spread of exactly zero and a large offset costs no digits.
 * **Source** Chan, Golub, LeVeque: Algorithms for computing the sample variance, 1983, the two-pass algorithm on shifted data.
 */
export function momentsOf(values: Float64Array, rows: Int32Array): Moments {
  let count = 0;
  let shift = 0;
  let sum = 0;
  for (let i = 0; i < rows.length; i++) {
    const value = values[rows[i]!]!;
    if (Number.isNaN(value)) continue;
    if (count === 0) shift = value;
    count++;
    sum += value - shift;
  }
  if (count === 0) return { ...noMoments };
  const offset = sum / count;
  let m2 = 0;
  for (let i = 0; i < rows.length; i++) {
    const value = values[rows[i]!]!;
    if (Number.isNaN(value)) continue;
    // Not value − mean: the mean may have no double of its own.
    const deviation = value - shift - offset;
    m2 += deviation * deviation;
  }
  return { count, mean: shift + offset, m2 };
}

/**
 * Moments of two parts together.
 * **Source** Chan, Golub, LeVeque 1979: mean = mₐ + δ·n_b/n, M₂ = M₂ₐ + M₂_b + δ²·nₐ·n_b/n with δ = m_b − mₐ.
 */
export function mergeMoments(a: Moments, b: Moments): Moments {
  if (a.count === 0) return { ...b };
  if (b.count === 0) return { ...a };
  const count = a.count + b.count;
  const delta = b.mean - a.mean;
  return { count, mean: a.mean + delta * (b.count / count), m2: a.m2 + b.m2 + delta * delta * a.count * (b.count / count) };
}

/** True for moments that some finite values can have. */
export function areSoundMoments({ count, mean, m2 }: Moments): boolean {
  return Number.isSafeInteger(count) && count >= 0 && Number.isFinite(mean) && Number.isFinite(m2) && m2 >= 0 && (count > 1 || m2 === 0);
}
