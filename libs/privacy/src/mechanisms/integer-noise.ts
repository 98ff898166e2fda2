import { Fault } from '@podnet/errors';
import type { BitSource } from '../random/bit-source.ts';
import type { Ratio } from '../numbers/ratio.ts';

/**
 * Noise on integers, the same for every release. What it guards depends on the sensitivity of what it is added to: its mechanism says so.
 *
 * **Units** all in ticks of the released quantity.
 */
export interface IntegerNoise {
  /** Which law, with its parameter by its own name: there is no parameter called scale that could be a variance. */
  readonly law: { readonly name: 'discrete-laplace'; readonly laplaceScale: Ratio } | { readonly name: 'discrete-gaussian'; readonly noiseStd: Ratio };
  /** One exact draw of any size. */
  draw(bits: BitSource): bigint;
  /**
   * One exact draw as a number: quick, for many at once.
   *
   * **Throws** `usage.invalid` for a parameter beyond 2³²; then only `draw` is exact.
   */
  drawNumber(bits: BitSource): number;
  /** Standard deviation of the law itself, not of its continuous likeness. */
  readonly std: number;
  /** The least whole number of ticks m with P[|noise| ≤ m] ≥ confidence. **Throws** `usage.invalid` unless 0 < confidence < 1. */
  halfWidth(confidence: number): number;
}

/**
 * A value with noise: what may leave the pod.
 *
 * **Units** ticks. **Privacy** as the noise's mechanism says for the value's sensitivity, once for each call.
 */
export const release = (value: bigint, noise: IntegerNoise, bits: BitSource): bigint => value + noise.draw(bits);

/** Parameters up to here are drawn with Numbers: see the proof notes of each law. */
export const numberLimit = 2n ** 32n;

export const tooWideForNumbers = (): never => {
  throw new Fault('usage.invalid', 'This noise is too wide to be drawn as a number.', { hint: 'Draw it as an integer of any size.' });
};

/** **Throws** `usage.invalid` unless 0 < confidence < 1. */
export function checkConfidence(confidence: number): number {
  if (typeof confidence !== 'number' || !(confidence > 0 && confidence < 1)) throw new Fault('usage.invalid', 'A confidence lies between 0 and 1.', { at: 'confidence' });
  return confidence;
}
