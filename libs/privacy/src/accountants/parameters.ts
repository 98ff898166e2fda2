import { Fault } from '@podnet/errors';

/** One DP-SGD job: the same Poisson-sampled step again and again, its parameters fixed before the first. */
export interface SampledGaussian {
  /** Each privacy unit is in a step's batch with this probability, independently. 0 < samplingRate ≤ 1. */
  readonly samplingRate: number;
  /** Deviation of the noise over the clipping norm, on the sum of a batch. */
  readonly noiseMultiplier: number;
  readonly steps: number;
}

/** Noise multipliers that accounts are kept of. */
export const leastNoise = 1e-3;
export const mostNoise = 1e6;

/** More steps than anybody runs; sums of so many stay exact enough. */
const mostSteps = 1e9;

/** **Throws** `usage.invalid` unless every parameter is a finite number in its range. */
export function checkSampledGaussian({ samplingRate, noiseMultiplier, steps }: SampledGaussian): void {
  checkSampling(samplingRate, steps);
  if (typeof noiseMultiplier !== 'number' || !(noiseMultiplier >= leastNoise && noiseMultiplier <= mostNoise)) throw new Fault('usage.invalid', 'A noise multiplier lies between 0.001 and 1 000 000.', { at: 'noiseMultiplier' });
}

/** **Throws** `usage.invalid`. */
export function checkSampling(samplingRate: number, steps: number): void {
  if (typeof samplingRate !== 'number' || !(samplingRate > 0 && samplingRate <= 1)) throw new Fault('usage.invalid', 'A sampling rate is above 0 and at most 1.', { at: 'samplingRate' });
  if (!Number.isSafeInteger(steps) || steps < 1 || steps > mostSteps) throw new Fault('usage.invalid', 'Steps are a whole number of at least 1.', { at: 'steps' });
}

/** **Throws** `privacy.malformed` unless 0 < delta < 1. */
export function checkDelta(delta: number): number {
  if (typeof delta !== 'number' || !(delta > 0 && delta < 1)) throw new Fault('privacy.malformed', 'Delta has to be above 0 and below 1.', { at: 'delta' });
  return delta;
}

/** **Throws** `privacy.malformed` unless epsilon is positive and finite. */
export function checkEpsilon(epsilon: number): number {
  if (typeof epsilon !== 'number' || !(epsilon > 0 && epsilon < Infinity)) throw new Fault('privacy.malformed', 'Epsilon has to be a positive finite number.', { at: 'epsilon' });
  return epsilon;
}
