import type { BitSource } from './bit-source.ts';
import { uniformBelowBig } from './uniform.ts';

const two32 = 2 ** 32;

/**
 * True with probability numerator / denominator, exactly: a uniform real number is compared with the ratio, and only as many of
 * its bits are drawn as the comparison needs. One word decides but for three in 2³².
 *
 * **Units** 0 ≤ numerator ≤ denominator < 2⁵³, integers; the caller has made sure of it.
 */
export function bernoulli(numerator: number, denominator: number, bits: BitSource): boolean {
  return bernoulliAt((numerator * two32) / denominator, numerator, denominator, bits);
}

/**
 * `bernoulli` where the first word's threshold numerator·2³²/denominator is there already.
 *
 * The product by 2³² is exact and the quotient rounded once, so its floor is off by one at most: words next to it decide nothing yet.
 */
export function bernoulliAt(threshold: number, numerator: number, denominator: number, bits: BitSource): boolean {
  const word = bits.word();
  const distance = word - Math.floor(threshold);
  if (distance < -1) return true;
  if (distance > 1) return false;
  return decide(BigInt(word), BigInt(numerator), BigInt(denominator), bits);
}

/** `bernoulli` for integers of any size. */
export const bernoulliBig = (numerator: bigint, denominator: bigint, bits: BitSource): boolean => uniformBelowBig(denominator, bits) < numerator;

/** Goes on with a uniform number whose first 32 bits are drawn: it lies in [prefix, prefix + 1) / 2³². */
function decide(prefix: bigint, numerator: bigint, denominator: bigint, bits: BitSource): boolean {
  let low = prefix * denominator;
  let scaled = numerator << 32n;
  for (;;) {
    if (low + denominator <= scaled) return true;
    if (low >= scaled) return false;
    low = (low << 32n) + BigInt(bits.word()) * denominator;
    scaled <<= 32n;
  }
}
