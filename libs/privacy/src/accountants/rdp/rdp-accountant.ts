import { Fault } from '@podnet/errors';
import { checkDelta, checkEpsilon, checkSampledGaussian, checkSampling, leastNoise, mostNoise, type SampledGaussian } from '../parameters.ts';
import { stepRdp } from './sampled-gaussian-rdp.ts';

/** 1.1 to 10.9 by tenths, 11 to 63, and four large ones that small sampling rates need. */
export const rdpOrders: readonly number[] = [
  ...Array.from({ length: 99 }, (_, i) => (i + 11) / 10),
  ...Array.from({ length: 53 }, (_, i) => i + 11),
  128, 256, 512, 1024,
];

/**
 * Epsilon of a whole job by Rényi differential privacy, at most.
 *
 * **Units** nats; units are added or removed one at a time. **Privacy** the job is (epsilon, delta)-DP; never below the true epsilon.
 * **Throws** `privacy.malformed`, `usage.invalid`.
 * **Source** Mironov 2017; conversion of Canonne, Kamath and Steinke 2020, proposition 12, and Balle et al. 2020.
 */
export function rdpEpsilon(job: SampledGaussian, delta: number): number {
  checkSampledGaussian(job);
  checkDelta(delta);
  return epsilonOf(job, delta);
}

function epsilonOf({ samplingRate, noiseMultiplier, steps }: SampledGaussian, delta: number): number {
  let least = Infinity;
  for (const order of rdpOrders) least = Math.min(least, epsilonAt(order, steps * stepRdp(samplingRate, noiseMultiplier, order), delta));
  return least;
}

/** ε = r + ln(1 − 1/α) − ln(δα)/(α − 1), and 0 where δ² > 1 − e^−r shows that the total variation is below δ. */
export function epsilonAt(order: number, rdp: number, delta: number): number {
  if (delta * delta + Math.expm1(-rdp) > 0) return 0;
  const epsilon = rdp + Math.log1p(-1 / order) - (Math.log(delta) + Math.log(order)) / (order - 1);
  return Math.max(0, epsilon + 1e-13 * (1 + Math.abs(epsilon)));
}

/**
 * Delta of a whole job by Rényi differential privacy, at most.
 *
 * **Privacy**, **Throws** as above. **Source** the same.
 */
export function rdpDelta(job: SampledGaussian, epsilon: number): number {
  checkSampledGaussian(job);
  checkEpsilon(epsilon);
  let logLeast = 0;
  for (const order of rdpOrders) {
    const rdp = job.steps * stepRdp(job.samplingRate, job.noiseMultiplier, order);
    logLeast = Math.min(logLeast, 0.5 * Math.log(-Math.expm1(-rdp)), (order - 1) * (rdp - epsilon + Math.log1p(-1 / order)) - Math.log(order));
  }
  return Math.min(1, Math.exp(logLeast) * (1 + 1e-11));
}

/**
 * The least noise multiplier, to one part in a million, with which a job keeps to (epsilon, delta).
 *
 * **Privacy** the upper end of the bracket: the job's `rdpEpsilon` is at most epsilon. **Throws** `privacy.malformed`, `usage.invalid`.
 */
export function rdpNoiseMultiplier({ samplingRate, steps }: Omit<SampledGaussian, 'noiseMultiplier'>, { epsilon, delta }: { epsilon: number; delta: number }): number {
  checkSampling(samplingRate, steps);
  checkEpsilon(epsilon);
  checkDelta(delta);
  return leastMultiplier((noiseMultiplier) => epsilonOf({ samplingRate, noiseMultiplier, steps }, delta), epsilon, 1e-6);
}

/**
 * The upper end of a bracket of a decreasing function's crossing. **Throws** `usage.invalid` when no multiplier is enough.
 */
function leastMultiplier(epsilonOfMultiplier: (noiseMultiplier: number) => number, epsilon: number, precision: number): number {
  let high = 1;
  while (epsilonOfMultiplier(high) > epsilon) {
    high *= 2;
    if (high > mostNoise) throw new Fault('usage.invalid', 'No noise is enough for so small an epsilon.', { at: 'epsilon' });
  }
  let low = high / 2;
  while (low > leastNoise && epsilonOfMultiplier(low) <= epsilon) [low, high] = [low / 2, low];
  if (low <= leastNoise) return high;
  while (high - low > precision * high) {
    const middle = Math.sqrt(low * high);
    if (epsilonOfMultiplier(middle) > epsilon) low = middle;
    else high = middle;
  }
  return high;
}
