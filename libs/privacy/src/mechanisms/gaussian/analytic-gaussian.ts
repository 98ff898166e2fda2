import { Fault } from '@podnet/errors';
import { erfcx } from '../../numbers/erfc.ts';

/**
 * The delta of the continuous Gaussian mechanism, at most.
 *
 * **Units** noiseStd and sensitivity (L2) in one unit. **Privacy** never below the true delta.
 * **Throws** `privacy.malformed`, `usage.invalid`. **Source** Balle and Wang 2018, theorem 8.
 */
export function gaussianDelta({ epsilon, noiseStd, sensitivity }: { epsilon: number; noiseStd: number; sensitivity: number }): number {
  if (typeof epsilon !== 'number' || !(epsilon >= 0 && epsilon < Infinity)) throw new Fault('privacy.malformed', 'Epsilon has to be a finite number of at least 0.', { at: 'epsilon' });
  return deltaOf(epsilon, positive(noiseStd, 'noiseStd') / positive(sensitivity, 'sensitivity')) * (1 + 1e-12);
}

/**
 * The least noise that makes a release of real numbers (epsilon, delta)-DP. Not the classical √(2 ln(1.25/δ))/ε: that protects too little
 * at epsilon 8 and 10, and wastes noise below.
 *
 * **Units** the result in the unit of the sensitivity (L2); it is a deviation. **Privacy** never below the true value.
 * **Throws** `privacy.malformed`, `usage.invalid`. **Source** Balle and Wang 2018, algorithm 1; bisection on the logarithm of the noise,
 * and delta compared relatively.
 */
export function gaussianNoiseStd({ epsilon, delta, sensitivity }: { epsilon: number; delta: number; sensitivity: number }): number {
  checkPair(epsilon, delta);
  positive(sensitivity, 'sensitivity');
  let [low, high] = [1e-9, 1];
  while (deltaOf(epsilon, high) > delta) [low, high] = [high, high * 2];
  while (high - low > high * 1e-14) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) break;
    if (deltaOf(epsilon, middle) > delta) low = middle;
    else high = middle;
  }
  return high * sensitivity * (1 + 1e-11);
}

/**
 * Φ(D/2σ − εσ/D) − e^ε Φ(−D/2σ − εσ/D) for s = σ/D. With a and b the arguments, b² − a² = 2ε, so both terms share exp(−a²/2) and what is
 * left is a difference of scaled tails, which does not cancel.
 */
function deltaOf(epsilon: number, s: number): number {
  const a = 0.5 / s - epsilon * s;
  const b = -0.5 / s - epsilon * s;
  const far = erfcx(-b * Math.SQRT1_2);
  if (a <= 0) return 0.5 * Math.exp(-0.5 * a * a) * (erfcx(-a * Math.SQRT1_2) - far);
  return 1 - 0.5 * Math.exp(-0.5 * a * a) * (erfcx(a * Math.SQRT1_2) + far);
}

/** **Throws** `privacy.malformed` unless epsilon is positive and finite and 0 < delta < 1. */
export function checkPair(epsilon: number, delta: number): void {
  if (typeof epsilon !== 'number' || !(epsilon > 0 && epsilon < Infinity)) throw new Fault('privacy.malformed', 'Epsilon has to be a positive finite number.', { at: 'epsilon' });
  if (typeof delta !== 'number' || !(delta > 0 && delta < 1)) throw new Fault('privacy.malformed', 'Delta has to be above 0 and below 1.', { at: 'delta' });
}

function positive(value: number, at: string): number {
  if (typeof value !== 'number' || !(value > 0 && value < Infinity)) throw new Fault('usage.invalid', 'A positive finite number is needed.', { at });
  return value;
}
