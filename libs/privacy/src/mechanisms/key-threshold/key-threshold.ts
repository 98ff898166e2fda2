import { Fault } from '@podnet/errors';
import { approximate } from '../../numbers/ratio.ts';
import { gaussianMass } from '../discrete-gaussian/gaussian-mass.ts';
import type { IntegerNoise } from '../integer-noise.ts';

/** What keeps keys of private groups from telling that somebody is there. */
export interface KeyThreshold {
  /** Groups of fewer distinct privacy units are not considered at all. */
  readonly minUnits: number;
  /** A group's key is released when its noisy number of distinct units is at least this. */
  readonly threshold: bigint;
}

/**
 * The least threshold at which one unit makes keys appear with probability at most delta.
 *
 * One unit is in at most `maxGroups` groups, so each may show a unit's own key with probability 1 − (1 − delta)^(1/maxGroups). With
 * minUnits above 1 the group may only appear once that many are there: the threshold rises by as much.
 *
 * **Units** distinct privacy units. **Privacy** adds `delta` to the claim of the noise on the counts, which one unit changes by 1 in
 * at most `maxGroups` groups. **Throws** `privacy.malformed`, `usage.invalid`. **Source** Korolova et al. 2009; Wilson et al. 2020;
 * exact tails of the discrete laws.
 */
export function keyThreshold(noise: IntegerNoise, { delta, maxGroups, minUnits = 1 }: { delta: number; maxGroups: number; minUnits?: number }): KeyThreshold {
  if (typeof delta !== 'number' || !(delta > 0 && delta < 1)) throw new Fault('privacy.malformed', 'Delta has to be above 0 and below 1.', { at: 'delta' });
  for (const [at, value] of Object.entries({ maxGroups, minUnits })) {
    if (!Number.isSafeInteger(value) || value < 1) throw new Fault('usage.invalid', 'A positive whole number is needed.', { at });
  }
  const perGroup = -Math.expm1(Math.log1p(-delta) / maxGroups) * (1 - 1e-12);
  return { minUnits, threshold: BigInt(minUnits) + leastExcess(noise, perGroup) };
}

/** Whether a key may be shown. **Units** distinct privacy units, the true number and the noisy one that is released with the key. */
export const isKeyReleased = ({ minUnits, threshold }: KeyThreshold, units: number, noisyUnits: bigint): boolean => units >= minUnits && noisyUnits >= threshold;

/** The least m ≥ 0 with P[noise ≥ m] ≤ probability. */
function leastExcess({ law }: IntegerNoise, probability: number): bigint {
  if (law.name === 'discrete-laplace') {
    // P[X ≥ m] = exp(−m/scale) / (1 + exp(−1/scale)) for m ≥ 1.
    const scale = approximate(law.laplaceScale);
    const m = -scale * (Math.log(probability) + Math.log1p(Math.exp(-1 / scale)));
    return BigInt(Math.max(1, Math.ceil(m + Math.abs(m) * 1e-12)));
  }
  const mass = gaussianMass(approximate(law.noiseStd));
  let high = 1;
  while (mass.tailAtLeast(high).most > probability) high *= 2;
  let low = Math.floor(high / 2);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (mass.tailAtLeast(middle).most > probability) low = middle;
    else high = middle;
  }
  return BigInt(high);
}
