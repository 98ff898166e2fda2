import { Fault } from '@podnet/errors';
import { ratio } from '../numbers/ratio.ts';
import { discreteGaussian } from '../mechanisms/discrete-gaussian/discrete-gaussian.ts';
import type { BitSource } from '../random/bit-source.ts';

/** Ticks to the clipping norm: fine enough that rounding is lost in the noise, coarse enough for Numbers. */
const ticksPerNorm = 2 ** 16;

/**
 * Sums clipped vectors as whole ticks and adds discrete Gaussian noise: what DP-SGD releases of a batch. No floating-point noise, and sums
 * that are exact in any order.
 *
 * Each vector is scaled down to the clipping norm and rounded towards zero, so rounding cannot make it longer.
 */
export interface ClippedSum {
  /** **Throws** `usage.invalid` for a vector of another length. A vector with NaN, or without a finite length, counts as zero. */
  add(vector: ArrayLike<number>): void;
  /**
   * Adds the outer product of `left` and (row, 1), which is an example's gradient in a dense layer, without making it: its length is
   * |left| · √(|row|² + 1). **Shape** left (k), the row `width` entries of `matrix` from `from`, with k · (width + 1) = length; entries stand in
   * the order left₀·row₀ … left₀·1, left₁·row₀ …. `rowSquare` is |row|², summed in doubles in any order.
   * **Throws** `usage.invalid` for other shapes. What is not finite counts as zero, as in `add`.
   */
  addOuter(left: Float64Array, matrix: Float64Array, from: number, width: number, rowSquare: number): void;
  /** The noisy sum, in the unit of the vectors; the sum starts anew. */
  release(bits: BitSource): Float64Array;
}

/**
 * **Units** clippingNorm in that of the vectors (L2); noise of deviation noiseMultiplier · clippingNorm, taken up to a whole tick of
 * clippingNorm/2¹⁶. **Privacy** one vector more or less moves the sum by at most 2¹⁶ ticks in L2; each release is
 * 1/(2·noiseMultiplier²)-zCDP, exactly. How the accounts of sampled steps apply to discrete noise: see README. **Throws** `usage.invalid`.
 */
export function clippedSum({ length, clippingNorm, noiseMultiplier }: { length: number; clippingNorm: number; noiseMultiplier: number }): ClippedSum {
  if (!Number.isSafeInteger(length) || length < 1) throw new Fault('usage.invalid', 'A vector has at least one entry.', { at: 'length' });
  if (typeof clippingNorm !== 'number' || !(clippingNorm >= 1e-12 && clippingNorm <= 1e12)) throw new Fault('usage.invalid', 'A clipping norm is a positive number of usual size.', { at: 'clippingNorm' });
  if (typeof noiseMultiplier !== 'number' || !(noiseMultiplier >= 0.01 && noiseMultiplier <= 1e4)) throw new Fault('usage.invalid', 'A noise multiplier lies between 0.01 and 10 000.', { at: 'noiseMultiplier' });
  const noise = discreteGaussian(ratio(BigInt(Math.ceil(noiseMultiplier * ticksPerNorm)), 1n));
  const sum = new Float64Array(length);
  return {
    add(vector) {
      if (vector.length !== length) throw new Fault('usage.invalid', 'The vector has another length.');
      const norm = lengthOf(vector);
      // A vector that is not finite would hide all others; one of no length adds nothing.
      if (!(norm > 0 && norm < Infinity)) return;
      // A little below, for what rounding does to the length's sum of squares and to the products.
      const scale = (ticksPerNorm / Math.max(norm, clippingNorm)) * (1 - 1e-15 * (length + 16));
      for (let i = 0; i < length; i += 1) sum[i]! += Math.trunc(vector[i]! * scale);
    },
    addOuter(left, matrix, from, width, rowSquare) {
      if (left.length * (width + 1) !== length || from < 0 || from + width > matrix.length) throw new Fault('usage.invalid', 'The product has another shape.');
      const norm = Math.sqrt(squareOf(left, 0, left.length) * (rowSquare + 1));
      if (!(norm > 0 && norm < Infinity)) return;
      const scale = (ticksPerNorm / Math.max(norm, clippingNorm)) * (1 - 1e-15 * (length + 16));
      for (let k = 0, at = 0; k < left.length; k += 1) {
        const factor = left[k]! * scale;
        // At most 2¹⁶ ticks, so that cutting to 32 bits is rounding towards zero, and quick.
        for (let j = from; j < from + width; j += 1, at += 1) sum[at]! += (factor * matrix[j]!) | 0;
        sum[at]! += factor | 0;
        at += 1;
      }
    },
    release(bits) {
      // Ticks stay below 2⁵³ for 2³⁶ vectors.
      const noisy = sum.map((ticks) => ((ticks + noise.drawNumber(bits)) * clippingNorm) / ticksPerNorm);
      sum.fill(0);
      return noisy;
    },
  };
}

/** Σ a[j]² of part of a vector. */
export function squareOf(a: ArrayLike<number>, from: number, length: number): number {
  let sum = 0;
  for (let j = from; j < from + length; j += 1) sum += a[j]! * a[j]!;
  return sum;
}

/** The L2 length, scaled by the greatest entry so that squares neither vanish nor overflow. */
function lengthOf(vector: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < vector.length; i += 1) {
    const size = Math.abs(vector[i]!);
    if (!(size < Infinity)) return Infinity;
    if (size > most) most = size;
  }
  if (most === 0) return 0;
  let sum = 0;
  for (let i = 0; i < vector.length; i += 1) sum += (vector[i]! / most) ** 2;
  return most * Math.sqrt(sum);
}
