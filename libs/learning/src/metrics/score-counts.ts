import { Fault } from '@podnet/errors';

/** How many rows of a class, and of the others, scored in each of equally wide bins from 0 to 1. Additive over pods. */
export interface ScoreCounts {
  positives: number[];
  negatives: number[];
}

/**
 * Counts scores so that pods can find an AUC together: of class 1 for two classes, else of each class against the rest.
 * **Shape** `probabilities` as `Model.predict` returns; the result has one entry for two classes, else one for each class.
 * **Throws** `usage.invalid` unless `bins` is a whole number from 2 to 1000.
 */
export function countScores(y: Float64Array, probabilities: Float64Array, classes: number, bins: number): ScoreCounts[] {
  if (!Number.isInteger(bins) || bins < 2 || bins > 1000) throw new Fault('usage.invalid', 'Scores are counted in 2 to 1000 bins.', { at: 'aucBins' });
  const stride = classes === 2 ? 1 : classes;
  return Array.from({ length: stride }, (_, k) => {
    const positive = classes === 2 ? 1 : k;
    const counts = { positives: new Array<number>(bins).fill(0), negatives: new Array<number>(bins).fill(0) };
    for (let i = 0; i < y.length; i++) {
      const bin = Math.min(bins - 1, Math.floor(probabilities[i * stride + k]! * bins));
      counts[y[i] === positive ? 'positives' : 'negatives'][bin]!++;
    }
    return counts;
  });
}

/** The counts of several pods together. **Shape** every list as `countScores` returns, with the same classes and bins. */
export function addScoreCounts(list: readonly ScoreCounts[][]): ScoreCounts[] {
  const add = (a: number[], b: number[]) => a.map((count, bin) => count + b[bin]!);
  return list.reduce((sum, next) => sum.map((counts, k) => ({ positives: add(counts.positives, next[k]!.positives), negatives: add(counts.negatives, next[k]!.negatives) })));
}

/**
 * The AUC of scores that are only known by bin: rows in one bin count as ties, so it is off by at most half the share of pairs
 * that fall into the same bin. The mean over the entries where both sides have rows; null when there is none.
 */
export function aucOfCounts(list: readonly ScoreCounts[]): number | null {
  const areas = list.flatMap(({ positives, negatives }) => {
    let below = 0;
    let pairs = 0;
    positives.forEach((count, bin) => {
      pairs += count * (below + negatives[bin]! / 2);
      below += negatives[bin]!;
    });
    const all = positives.reduce((sum, count) => sum + count, 0) * below;
    return all === 0 ? [] : [pairs / all];
  });
  return areas.length === 0 ? null : areas.reduce((sum, area) => sum + area, 0) / areas.length;
}
