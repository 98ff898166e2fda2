import { Fault } from '@podnet/errors';
import type { Candidates } from './selection.ts';

/**
 * The whole numbers of a declared range as candidates for a quantile. With q = part/whole a candidate's score is
 * −|(whole − part)·below − part·above|: zero where it splits the values as q asks, and indifferent to values equal to it.
 *
 * **Shape** `sorted`: the clamped ticks in ascending order. **Units** least and most in ticks, both included.
 * **Privacy** one row more or less moves every score by at most `quantileSensitivity`; n is nowhere in the score.
 * **Throws** `usage.invalid`. **Source** Smith 2011, with ties as in OpenDP's quantile scores.
 */
export function quantileCandidates(sorted: ArrayLike<number>, { part, whole, least, most }: { part: number; whole: number; least: number; most: number }): Candidates {
  checkQuantile(part, whole);
  if (!Number.isSafeInteger(least) || !Number.isSafeInteger(most) || least >= most) throw new Fault('usage.invalid', 'A range has a least and a greater most value.');
  const n = sorted.length;
  for (let i = 0; i < n; i += 1) {
    const value = sorted[i]!;
    if (!(value >= least && value <= most) || (i > 0 && sorted[i - 1]! > value)) throw new Fault('usage.invalid', 'Values have to be clamped to their range and sorted.');
  }
  /** How many values are below a number. */
  const countBelow = (value: number): number => {
    let [low, high] = [0, n];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (sorted[middle]! < value) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  // Below 2⁵³ for all that fits into memory: n < 2³², whole ≤ 10⁴.
  const scoreAt = (value: number): number => -Math.abs((whole - part) * countBelow(value) - part * (n - countBelow(value + 1)));
  const size = most - least + 1;
  // The signed sum rises with the value, so the best score is where it changes its sign, or at an end.
  const signed = (value: number): number => (whole - part) * countBelow(value) - part * (n - countBelow(value + 1));
  let [low, high] = [least, most];
  while (low < high) {
    const middle = low + Math.floor((high - low) / 2);
    if (signed(middle) >= 0) high = middle;
    else low = middle + 1;
  }
  const best = Math.max(scoreAt(low), low > least ? scoreAt(low - 1) : -Infinity);
  return { size, best: BigInt(best), score: (candidate) => BigInt(scoreAt(least + candidate)) };
}

/** How far one row moves a score. **Units** points of score. **Throws** `usage.invalid`. */
export function quantileSensitivity(part: number, whole: number): bigint {
  checkQuantile(part, whole);
  return BigInt(Math.max(part, whole - part));
}

function checkQuantile(part: number, whole: number): void {
  if (!Number.isInteger(part) || !Number.isInteger(whole) || part < 0 || part > whole || whole < 1 || whole > 10_000) {
    throw new Fault('usage.invalid', 'A quantile is a fraction of whole numbers between 0 and 1.', { at: 'quantile' });
  }
}
