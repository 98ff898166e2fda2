import { Fault } from '@podnet/errors';
import { checkAmount, type Amount } from './amount.ts';

/**
 * A question's amount over its mechanisms, by weights. Shares are rounded down, and what that leaves over goes one unit each to the first ones,
 * so that all together are the whole, exactly.
 *
 * **Units** weights: positive whole numbers up to 10⁶. A part with `usesDelta` false gets none of delta.
 * **Throws** `privacy.malformed` when epsilon does not reach for a millionth each, or delta for 10⁻¹⁵ each; `usage.invalid`.
 */
export function splitAmount(amount: Amount, parts: readonly { readonly weight: number; readonly usesDelta: boolean }[]): Amount[] {
  checkAmount(amount);
  if (parts.length === 0) throw new Fault('usage.invalid', 'There is nothing to split a budget over.');
  for (const { weight } of parts) {
    if (!Number.isSafeInteger(weight) || weight < 1 || weight > 1e6) throw new Fault('usage.invalid', 'A weight is a positive whole number.', { at: 'weight' });
  }
  const epsilons = share(amount.epsilonMicro, parts.map(({ weight }) => weight));
  const deltas = share(amount.deltaFemto, parts.map(({ weight, usesDelta }) => (usesDelta ? weight : 0)));
  return parts.map(({ usesDelta }, i) => {
    if (epsilons[i] === 0) throw new Fault('privacy.malformed', 'Epsilon is too small to be split over so many results.', { at: 'epsilon' });
    if (usesDelta && deltas[i] === 0) throw new Fault('privacy.malformed', 'Delta is too small to be split over so many results.', { at: 'delta' });
    return { epsilonMicro: epsilons[i]!, deltaFemto: deltas[i]! };
  });
}

function share(total: number, weights: readonly number[]): number[] {
  const sum = BigInt(weights.reduce((a, b) => a + b, 0));
  if (sum === 0n) return weights.map(() => 0);
  const shares = weights.map((weight) => Number((BigInt(total) * BigInt(weight)) / sum));
  let rest = total - shares.reduce((a, b) => a + b, 0);
  // Fewer units are left than parts have a weight.
  for (let i = 0; rest > 0; i += 1) {
    if (weights[i] === 0) continue;
    shares[i]! += 1;
    rest -= 1;
  }
  return shares;
}
