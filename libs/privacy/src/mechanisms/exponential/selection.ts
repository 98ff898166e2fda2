import { Fault } from '@podnet/errors';
import { ratio, type Ratio } from '../../numbers/ratio.ts';
import { bernoulliExpBig } from '../../random/bernoulli-exp.ts';
import type { BitSource } from '../../random/bit-source.ts';
import { uniformBelow } from '../../random/uniform.ts';

/** What is chosen from: candidates 0 … size − 1, each with an integer score, and the best of these scores. */
export interface Candidates {
  readonly size: number;
  readonly best: bigint;
  score(candidate: number): bigint;
}

/** More candidates would keep a pod busy for minutes; a coarser granularity has fewer. */
const mostCandidates = 2 ** 24;

/**
 * Epsilon per point of score that is lost: epsilon / (2 · sensitivity) exactly.
 *
 * **Units** sensitivity in points of score, epsilon in millionths. **Throws** `privacy.malformed`, `usage.invalid`.
 */
export function selectionRate(sensitivity: bigint, epsilonMicro: number): Ratio {
  if (!Number.isSafeInteger(epsilonMicro) || epsilonMicro <= 0) throw new Fault('privacy.malformed', 'Epsilon has to be a positive number of millionths.', { at: 'epsilon' });
  if (typeof sensitivity !== 'bigint' || sensitivity <= 0n) throw new Fault('usage.invalid', 'A sensitivity is a positive integer.', { at: 'sensitivity' });
  return ratio(BigInt(epsilonMicro), 2_000_000n * sensitivity);
}

/**
 * The exponential mechanism: candidate c with probability proportional to exp(rate · score(c)). Candidates are tried at random and kept by
 * a coin of exp(−rate · (best − score)), so the law is exact and no weight is ever rounded.
 *
 * **Privacy** epsilon-DP for rate = epsilon / (2 · sensitivity) of the scores. **Throws** `usage.invalid`, `usage.too-large`.
 * **Source** McSherry and Talwar 2007; base-free exactness as Ilvento 2020 asks for.
 */
export function selectExponential(candidates: Candidates, rate: Ratio, bits: BitSource): number {
  const size = checkSize(candidates);
  for (;;) {
    const candidate = uniformBelow(size, bits);
    if (isKept(candidates, candidate, rate, bits)) return candidate;
  }
}

/**
 * Permute and flip: each candidate once, in random order, until one is kept. Never worse than the exponential mechanism, by up to a
 * factor of two in the expected loss of score.
 *
 * **Privacy** epsilon-DP for rate = epsilon / (2 · sensitivity). **Throws** as above. **Source** McKenna and Sheldon 2020, algorithm 1.
 */
export function permuteAndFlip(candidates: Candidates, rate: Ratio, bits: BitSource): number {
  const size = checkSize(candidates);
  const order = Int32Array.from({ length: size }, (_, i) => i);
  for (let left = size; left > 0; left -= 1) {
    const place = uniformBelow(left, bits);
    const candidate = order[place]!;
    order[place] = order[left - 1]!;
    if (isKept(candidates, candidate, rate, bits)) return candidate;
  }
  throw new Fault('usage.invalid', 'No candidate reaches the best score that was stated.');
}

function isKept(candidates: Candidates, candidate: number, rate: Ratio, bits: BitSource): boolean {
  const lost = candidates.best - candidates.score(candidate);
  if (lost < 0n) throw new Fault('usage.invalid', 'A candidate passes the best score that was stated.');
  return bernoulliExpBig(lost * rate.numerator, rate.denominator, bits);
}

function checkSize({ size }: Candidates): number {
  if (!Number.isSafeInteger(size) || size < 1) throw new Fault('usage.invalid', 'There is nothing to choose from.');
  if (size > mostCandidates) throw new Fault('usage.too-large', 'There are too many values to choose from.', { hint: 'Declare a coarser granularity for the column.' });
  return size;
}
