import { Fault } from '@podnet/errors';
import { ratioAtLeast, approximate, type Ratio } from '../../numbers/ratio.ts';
import { gaussianNoiseStd, checkPair } from '../gaussian/analytic-gaussian.ts';
import { gaussianMass } from './gaussian-mass.ts';

/**
 * The delta of one discrete Gaussian release, at most. The continuous formula is too small for narrow noise (by 18 % at noiseStd 2,
 * epsilon 3), so this sums the law itself: delta = P[Y > εσ²/Δ − Δ/2] − e^ε P[Y > εσ²/Δ + Δ/2].
 *
 * **Units** noiseStd and sensitivity (of one integer) in ticks. **Privacy** never below the true delta.
 * **Throws** `privacy.malformed`, `usage.invalid`. **Source** Canonne, Kamath and Steinke 2020, theorem 7.
 */
export function discreteGaussianDelta({ epsilon, noiseStd, sensitivity }: { epsilon: number; noiseStd: Ratio; sensitivity: number }): number {
  checkEpsilon(epsilon);
  if (!Number.isSafeInteger(sensitivity) || sensitivity < 1) throw new Fault('usage.invalid', 'A sensitivity is a positive whole number of ticks.', { at: 'sensitivity' });
  return deltaOf(epsilon, approximate(noiseStd), sensitivity);
}

/** e^ε has to be a double: beyond, nothing is told. */
function checkEpsilon(epsilon: number): void {
  if (typeof epsilon !== 'number' || !(epsilon > 0 && epsilon <= 700)) throw new Fault('privacy.malformed', 'Epsilon has to be a positive number of at most 700.', { at: 'epsilon' });
}

function deltaOf(epsilon: number, sigma: number, sensitivity: number): number {
  const mass = gaussianMass(sigma);
  const middle = (epsilon * sigma * sigma) / sensitivity;
  // δ = Σ over y ≥ near of f(y) − e^ε f(y + Δ); the summand at the threshold itself is 0, so its rounding is of no consequence.
  const near = Math.floor(middle - sensitivity / 2) + 1;
  const delta = mass.tailAtLeast(near).most - Math.exp(epsilon) * mass.tailAtLeast(near + sensitivity).least;
  return Math.min(1, Math.max(0, delta) * (1 + 1e-12) + Number.MIN_VALUE);
}

/**
 * A noiseStd on a grid of ticks/1024 (whole ticks when wide) whose discrete Gaussian pays for (epsilon, delta), and whose neighbour below
 * does not. At one or two ticks delta goes up and down with the noise, so there may be less noise that would do as well.
 *
 * **Units** sensitivity and noiseStd in ticks. **Privacy** the release of one integer is (epsilon, delta)-DP.
 * **Throws** `privacy.malformed`, `usage.invalid`; for several integers at once use zCDP.
 */
export function discreteGaussianNoiseStd({ epsilon, delta, sensitivity }: { epsilon: number; delta: number; sensitivity: number }): Ratio {
  checkPair(epsilon, delta);
  checkEpsilon(epsilon);
  if (!Number.isSafeInteger(sensitivity) || sensitivity < 1) throw new Fault('usage.invalid', 'A sensitivity is a positive whole number of ticks.', { at: 'sensitivity' });
  const start = gaussianNoiseStd({ epsilon, delta, sensitivity });
  const parts = start < 2 ** 21 ? 1024 : 1;
  const enough = (step: number) => deltaOf(epsilon, step / parts, sensitivity) <= delta;
  let high = Math.ceil(start * parts);
  let stride = 1;
  while (!enough(high)) {
    high += stride;
    stride *= 2;
  }
  let low = Math.max(1, high - stride);
  // What is returned has been tried itself, whatever lies between.
  while (high - low > 1) {
    const step = Math.floor((low + high) / 2);
    if (enough(step)) high = step;
    else low = step;
  }
  return ratioAtLeast(high / parts, parts);
}
