import { bernoulliAt, bernoulliBig } from './bernoulli.ts';
import type { BitSource } from './bit-source.ts';

const two32 = 2 ** 32;

/** 2³²/k, the thresholds of one in k. */
const thresholds = Array.from({ length: 40 }, (_, k) => two32 / k);

/** True with probability 1/k. The k in use is past 40 once in 40! draws. */
export const oneIn = (k: number, bits: BitSource): boolean => bernoulliAt(thresholds[k] ?? two32 / k, 1, k, bits);

/**
 * True with probability exp(−numerator / denominator), for a ratio of at most 1. Von Neumann's series: with A_k true with probability
 * γ/k, the number of trues before the first false is even with probability exp(−γ). A_k is drawn as γ and 1/k apart, so that no product
 * grows.
 *
 * **Units** 0 ≤ numerator ≤ denominator < 2⁵³, integers.
 *
 * **Source** Canonne, Kamath and Steinke 2020, algorithm 1.
 */
export function bernoulliExp(numerator: number, denominator: number, bits: BitSource): boolean {
  const threshold = (numerator * two32) / denominator;
  for (let k = 1; ; k += 1) {
    if (!bernoulliAt(threshold, numerator, denominator, bits) || (k > 1 && !oneIn(k, bits))) return k % 2 === 1;
  }
}

/** `bernoulliExp` of (ratio of two numbers below 2⁵³)² / 2, the square drawn as two independent halves. */
export function bernoulliExpHalfSquare(numerator: number, denominator: number, bits: BitSource): boolean {
  const threshold = (numerator * two32) / denominator;
  const ratio = () => bernoulliAt(threshold, numerator, denominator, bits);
  for (let k = 1; ; k += 1) {
    if (!ratio() || !ratio() || !oneIn(2 * k, bits)) return k % 2 === 1;
  }
}

/** 2³²/e rounded down; the word equal to it is one of those that decide nothing alone. */
const oneOverE = Math.floor(two32 / Math.E);

/**
 * True with probability exp(−1). A word far from 2³²/e decides as the comparison of a uniform number with 1/e does, which Math.E gives
 * to fifty bits; one of the three nearest leads to a comparison with 1/e between rational bounds.
 */
export function bernoulliExpOne(bits: BitSource): boolean {
  const word = bits.word();
  if (word < oneOverE - 1) return true;
  if (word > oneOverE + 1) return false;
  return belowInverseE(BigInt(word), bits);
}

/** Goes on with a uniform number whose first 32 bits are drawn, until it is above or below every value that 1/e can have. */
function belowInverseE(prefix: bigint, bits: BitSource): boolean {
  let drawn = prefix;
  // Partial sums of Σ (−1)^k / k! lie alternately above and below 1/e: 1/e is between sum and sum + sign/factorial.
  let sum = 1n;
  let factorial = 1n;
  let k = 0n;
  const extend = () => {
    k += 1n;
    factorial *= k;
    sum = sum * k + (k % 2n === 0n ? 1n : -1n);
  };
  for (let precision = 32n; ; precision += 32n, drawn = (drawn << 32n) | BigInt(bits.word())) {
    while (factorial >> (precision + 8n) === 0n || k % 2n === 0n) extend();
    // k is odd: sum/k! < 1/e < (sum + 1)/k!.
    const low = drawn * factorial;
    if (low + factorial <= sum << precision) return true;
    if (low >= (sum + 1n) << precision) return false;
  }
}

/** True with probability exp(−numerator / denominator), integers ≥ 0 of any size. **Source** as above. */
export function bernoulliExpBig(numerator: bigint, denominator: bigint, bits: BitSource): boolean {
  for (let whole = numerator / denominator; whole > 0n; whole -= 1n) if (!bernoulliExpOne(bits)) return false;
  const rest = numerator % denominator;
  for (let k = 1n; ; k += 1n) {
    if (!bernoulliBig(rest, denominator * k, bits)) return k % 2n === 1n;
  }
}

/** True with probability exp(−n/2) for an integer n ≥ 0. */
export function bernoulliExpHalves(n: number, bits: BitSource): boolean {
  for (let left = n; left > 1; left -= 2) if (!bernoulliExpOne(bits)) return false;
  return n % 2 === 0 || bernoulliExp(1, 2, bits);
}
