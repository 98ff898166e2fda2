import { erfcx, logErfc } from './erfc.ts';

// The functions of Math are bound once: under test a look at a global costs more than they do.
const { exp, LN2, SQRT1_2 } = Math;

/** P[Z > x] for a standard normal Z, to full relative precision. */
export function normalTail(x: number): number {
  const z = x * SQRT1_2;
  return x >= 0 ? 0.5 * exp(-0.5 * x * x) * erfcx(z) : 1 - 0.5 * exp(-0.5 * x * x) * erfcx(-z);
}

/** ln P[Z > x]. */
export const logNormalTail = (x: number): number => logErfc(x * SQRT1_2) - LN2;

/**
 * The x with P[Z > x] = probability, from above: never smaller than the true one.
 *
 * **Units** 0 < probability < 1, a double; the caller has made sure of it.
 */
export function normalQuantileOfTail(probability: number): number {
  let [low, high] = [-40, 40];
  const target = Math.log(probability);
  // Sixty halvings of eighty leave less than 1e-16.
  for (let i = 0; i < 60; i += 1) {
    const middle = (low + high) / 2;
    if (logNormalTail(middle) > target) low = middle;
    else high = middle;
  }
  return high + Math.abs(high) * 1e-14;
}
