import fc from 'fast-check';
import { areaUnderCurve, aucOf } from './auc.ts';

const area = (high: number[], low: number[]) => areaUnderCurve(Float64Array.from(high), Float64Array.from(low));

describe('the area under the curve', () => {
  it.each<[number[], number[], number | null]>([
    [[0.8, 0.9], [0.1, 0.2], 1],
    [[0.1], [0.9], 0],
    [[0.5, 0.5], [0.5], 0.5],
    [[0.35, 0.8], [0.1, 0.4], 0.75],
    [[0.5, 0.9], [0.5, 0.1], 0.875],
    [[0], [-0], 0.5],
    [[1], [], null],
    [[], [1], null],
  ])('of %j over %j is %j', (high, low, expected) => {
    expect(area(high, low)).toBe(expected);
  });

  it('is the share of pairs in the right order, ties half', () => {
    const scores = fc.array(fc.integer({ min: 0, max: 8 }).map((value) => value / 8), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(scores, scores, (high, low) => {
        const pairs = high.flatMap((a) => low.map((b) => (a > b ? 1 : a === b ? 0.5 : 0) as number));
        expect(area(high, low)).toBeCloseTo(pairs.reduce((sum, pair) => sum + pair, 0) / pairs.length, 12);
      }),
    );
  });

  it('of three classes is the mean of each against the rest, where both sides exist', () => {
    const probabilities = Float64Array.of(0.6, 0.3, 0.1, 0.2, 0.7, 0.1, 0.5, 0.4, 0.1);
    // Class 0 against the rest: rows 0 | 1, 2 → 1. Class 1: rows 1, 2 | 0 → 1. Class 2 has no rows.
    expect(aucOf(Float64Array.of(0, 1, 1), probabilities, 3)).toBe(1);
    // Class 0: row 1 | 0, 2 → 0. Class 1: row 0 | 1, 2 → 0. Class 2: row 2 | 0, 1 → ties, ½.
    expect(aucOf(Float64Array.of(1, 0, 2), probabilities, 3)).toBeCloseTo(0.5 / 3, 12);
    expect(aucOf(Float64Array.of(1, 1, 1), probabilities, 3)).toBeNull();
  });
});
