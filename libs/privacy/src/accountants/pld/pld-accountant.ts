import { Fault } from '@podnet/errors';
import { gaussianDelta } from '../../mechanisms/gaussian/analytic-gaussian.ts';
import { checkDelta, checkEpsilon, checkSampledGaussian, checkSampling, leastNoise, type SampledGaussian } from '../parameters.ts';
import { rdpNoiseMultiplier } from '../rdp/rdp-accountant.ts';
import { composeLosses } from './compose.ts';
import { lossSpread } from './loss-spread.ts';
import { deltaOfLosses, epsilonOfLosses } from './hockey-stick.ts';
import { stepLosses, type Losses } from './step-losses.ts';

/** What a job costs, for any delta or epsilon that is asked. */
export interface PrivacyCurve {
  /** **Throws** `privacy.malformed`. */
  epsilon(delta: number): number;
  /** **Throws** `privacy.malformed`. */
  delta(epsilon: number): number;
}

/**
 * The cost of a job by its privacy loss distribution: the tight account.
 *
 * **Units** nats; units are added or removed one at a time, and the dearer of both counts. **Privacy** never below the true cost: losses are
 * rounded up, and what rounding, truncation and the transform may lose is added. For a job whose parameters are fixed before it starts; it
 * is no stopping rule for a ledger (see README). **Throws** `usage.invalid`.
 *
 * **Source** Koskela et al. 2020; Doroshenko et al. 2022 (connect the dots).
 */
export function pldCurve(job: SampledGaussian): PrivacyCurve {
  checkSampledGaussian(job);
  const { samplingRate, noiseMultiplier, steps } = job;
  if (samplingRate === 1) return gaussianCurve(noiseMultiplier / Math.sqrt(steps));
  const losses = lossesOf(job);
  return {
    epsilon: (delta) => Math.max(...losses.map((each) => epsilonOfLosses(each, checkDelta(delta)))),
    delta: (epsilon) => Math.max(...losses.map((each) => deltaOfLosses(each, checkEpsilon(epsilon)))),
  };
}

/** Each step's rounding adds up to interval²/4 to the loss's variance: a hundredth of the spread makes that 0.003 %. */
function lossesOf({ samplingRate, noiseMultiplier, steps }: SampledGaussian): [Losses, Losses] {
  let interval = Math.min(1e-3, lossSpread(samplingRate, noiseMultiplier) / 100);
  for (let tries = 0; tries < 40; tries += 1, interval *= 4) {
    const { remove, add } = stepLosses(samplingRate, noiseMultiplier, interval);
    const losses = composeLosses(remove, add, steps);
    if (losses) return losses;
    interval = remove.interval;
  }
  throw new Fault('usage.unsupported', 'These parameters are too far apart to be accounted for tightly.', { hint: 'Use more noise or fewer steps.' });
}

/** Steps without sampling are one step with less noise. */
function gaussianCurve(noiseStd: number): PrivacyCurve {
  const delta = (epsilon: number) => Math.min(1, gaussianDelta({ epsilon, noiseStd, sensitivity: 1 }));
  return {
    delta: (epsilon) => delta(checkEpsilon(epsilon)),
    epsilon(target) {
      checkDelta(target);
      if (delta(0) <= target) return 0;
      let [low, high] = [0, 1];
      while (delta(high) > target) [low, high] = [high, high * 2];
      while (high - low > high * 1e-13) {
        const middle = (low + high) / 2;
        if (delta(middle) > target) low = middle;
        else high = middle;
      }
      return high;
    },
  };
}

/**
 * The least noise multiplier, to one part in a million, with which a job keeps to (epsilon, delta) by its privacy loss distribution.
 *
 * **Privacy** a multiplier that has been tried: the job's epsilon with it is at most the one asked for.
 * **Throws** `privacy.malformed`, `usage.invalid`.
 */
export function pldNoiseMultiplier({ samplingRate, steps }: Omit<SampledGaussian, 'noiseMultiplier'>, { epsilon, delta }: { epsilon: number; delta: number }): number {
  checkSampling(samplingRate, steps);
  checkEpsilon(epsilon);
  checkDelta(delta);
  const costs = (noiseMultiplier: number) => pldCurve({ samplingRate, noiseMultiplier, steps }).epsilon(delta);
  // What the looser account asks for is enough; usually four to fifteen per cent less is.
  let high = rdpNoiseMultiplier({ samplingRate, steps }, { epsilon, delta });
  let atHigh = costs(high);
  if (atHigh > epsilon) throw new Fault('internal.unexpected', 'Two accounts of one job contradict each other.');
  let low = high * 0.85;
  let atLow = costs(low);
  while (atLow <= epsilon) {
    if (low < 2 * leastNoise) return low;
    [high, atHigh] = [low, atLow];
    low *= 0.7;
    atLow = costs(low);
  }
  // The Illinois method on logarithms: epsilon is nearly a power of the multiplier.
  let [valueLow, valueHigh] = [Math.log(atLow / epsilon), atHigh > 0 ? Math.log(atHigh / epsilon) : -1];
  for (let round = 0; high - low > 1e-6 * high && round < 60; round += 1) {
    const share = round % 8 === 7 ? 0.5 : valueLow / (valueLow - valueHigh);
    // Slightly to the side of more noise, so that the bracket closes from there too.
    const middle = Math.min(high * (1 - 2e-7), Math.max(low * (1 + 2e-7), low * (high / low) ** share * (1 + 3e-7)));
    const value = costs(middle) / epsilon;
    if (value > 1) {
      [low, valueLow] = [middle, Math.log(value)];
      valueHigh /= 2;
    } else {
      [high, valueHigh] = [middle, value > 0 ? Math.log(value) : -1];
      valueLow /= 2;
    }
  }
  return high;
}
