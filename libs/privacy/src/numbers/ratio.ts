import { Fault } from '@podnet/errors';

/** A positive rational number in lowest terms. Noise is drawn with these, so that no rounding stands between a claim and a draw. */
export interface Ratio {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** Longer ones are no parameter of anything; they would only make every draw slow. */
const longestBits = 4096n;

/**
 * The fraction of two positive integers, in lowest terms.
 *
 * **Throws** `usage.invalid` for anything but positive bigints below 2⁴⁰⁹⁶.
 */
export function ratio(numerator: bigint, denominator: bigint): Ratio {
  for (const part of [numerator, denominator] as unknown[]) {
    if (typeof part !== 'bigint' || part <= 0n || part >> longestBits > 0n) throw new Fault('usage.invalid', 'A ratio consists of two positive integers.');
  }
  let [a, b] = [numerator, denominator];
  while (b > 0n) [a, b] = [b, a % b];
  return { numerator: numerator / a, denominator: denominator / a };
}

/**
 * The least multiple of 1/parts that is not below a number, so that noise is never narrower than what was computed.
 *
 * **Throws** `usage.invalid` for anything but a positive finite number below 2⁵³/parts.
 */
export function ratioAtLeast(value: number, parts = 1024): Ratio {
  if (typeof value !== 'number' || !(value > 0) || !Number.isInteger(Math.log2(parts)) || !(value * parts <= Number.MAX_SAFE_INTEGER)) {
    throw new Fault('usage.invalid', 'A positive number of usual size is needed.');
  }
  // A power of two multiplies exactly.
  return ratio(BigInt(Math.ceil(value * parts)), BigInt(parts));
}

/** A ratio's nearest double, for reports. */
export function approximate({ numerator, denominator }: Ratio): number {
  const shift = denominator.toString(2).length - numerator.toString(2).length + 64;
  const scaled = shift >= 0 ? (numerator << BigInt(shift)) / denominator : numerator / (denominator << BigInt(-shift));
  return Number(scaled) * 2 ** -shift;
}
