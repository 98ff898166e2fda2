import { Fault } from '@podnet/errors';
import { bernoulliExpBig } from '../../random/bernoulli-exp.ts';
import type { BitSource } from '../../random/bit-source.ts';
import { uniformBelow } from '../../random/uniform.ts';

/**
 * One of `size` answers: the true one e^ε times as probable as each other. Answers are proposed at random; the true one is kept at once,
 * another by a coin of exp(−ε). How often is tried does not depend on the truth.
 *
 * **Units** epsilon in millionths; answers 0 … size − 1. **Privacy** epsilon-DP for the one who answers (local).
 * **Throws** `privacy.malformed`, `usage.invalid`. **Source** Warner 1965; Kairouz, Oh and Viswanath 2014 (k-ary).
 */
export function randomisedResponse(truth: number, { size, epsilonMicro }: { size: number; epsilonMicro: number }, bits: BitSource): number {
  check(size, epsilonMicro);
  if (!Number.isInteger(truth) || truth < 0 || truth >= size) throw new Fault('usage.invalid', 'The answer is none of those that can be given.');
  for (;;) {
    const proposal = uniformBelow(size, bits);
    // The coin falls for the truth as well, so that both ways draw bits alike.
    const isKept = bernoulliExpBig(BigInt(epsilonMicro), 1_000_000n, bits);
    if (proposal === truth || isKept) return proposal;
  }
}

/**
 * How many truly hold each answer, without bias, from how many gave it; and the standard deviation of each estimate, at most.
 *
 * **Throws** as above.
 */
export function estimateTrueCounts(observed: readonly number[], epsilonMicro: number): { counts: number[]; std: number } {
  const size = observed.length;
  check(size, epsilonMicro);
  const n = observed.reduce((sum, count) => sum + count, 0);
  const away = Math.exp(-epsilonMicro / 1e6);
  const lie = away / (1 + (size - 1) * away);
  // P[truth] − P[lie].
  const gap = -Math.expm1(-epsilonMicro / 1e6) / (1 + (size - 1) * away);
  return { counts: observed.map((count) => (count - n * lie) / gap), std: Math.sqrt(n) / (2 * gap) };
}

function check(size: number, epsilonMicro: number): void {
  if (!Number.isSafeInteger(epsilonMicro) || epsilonMicro <= 0) throw new Fault('privacy.malformed', 'Epsilon has to be a positive number of millionths.', { at: 'epsilon' });
  if (!Number.isSafeInteger(size) || size < 2 || size > 2 ** 32) throw new Fault('usage.invalid', 'There have to be two answers at least.', { at: 'size' });
}
