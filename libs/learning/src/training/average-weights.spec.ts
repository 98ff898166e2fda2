import fc from 'fast-check';
import { averageWeights, type WeightedWeights } from './average-weights.ts';

const of = (weight: number, ...weights: number[]): WeightedWeights => ({ weight, weights: Float64Array.from(weights) });

describe('the average of weights', () => {
  it.each<[string, WeightedWeights[], number[]]>([
    ['one pod is that pod', [of(7, 0.1, 0.2)], [0.1, 0.2]],
    ['equal weights is the mean', [of(1, 1, 10), of(1, 3, 20)], [2, 15]],
    ['rows counts them', [of(30, 1), of(10, 5)], [2]],
    ['a pod that counts nothing leaves it out', [of(0, 99), of(2, 5)], [5]],
  ])('of %s', (_, list, mean) => {
    expect([...averageWeights(list)]).toEqual(mean);
  });

  it('is repeatable bit for bit in one order, and equal up to rounding in any other', () => {
    const pods = fc.array(fc.tuple(fc.integer({ min: 1, max: 1000 }), fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 3, maxLength: 3 })), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(pods, (list) => {
        const parts = list.map(([weight, weights]) => of(weight, ...weights));
        const mean = averageWeights(parts);
        expect(averageWeights(parts)).toEqual(mean);
        averageWeights(parts.toReversed()).forEach((value, j) => expect(Math.abs(value - mean[j]!)).toBeLessThan(1e-9));
        mean.forEach((value, j) => {
          const column = parts.map(({ weights }) => weights[j]!);
          expect(value).toBeGreaterThanOrEqual(Math.min(...column) - 1e-9);
          expect(value).toBeLessThanOrEqual(Math.max(...column) + 1e-9);
        });
      }),
    );
  });

  it.each<[string, WeightedWeights[], string]>([
    ['nothing', [], 'data.empty'],
    ['unequal lengths', [of(1, 1, 2), of(1, 1)], 'usage.invalid'],
    ['a total of 0', [of(0, 1), of(0, 2)], 'usage.invalid'],
    ['a negative weight', [of(3, 1), of(-1, 2)], 'usage.invalid'],
    ['a NaN weight', [of(Number.NaN, 1)], 'data.not-finite'],
    ['an infinite weight', [of(Infinity, 1)], 'data.not-finite'],
    ['a NaN among the weights', [of(1, 1), of(1, Number.NaN)], 'data.not-finite'],
    ['an infinity among the weights of a pod that counts nothing', [of(1, 1), of(0, Infinity)], 'data.not-finite'],
    ['a total beyond a double', [of(1e308, 1), of(1e308, 1)], 'usage.invalid'],
  ])('refuses %s', (_, list, code) => {
    expect(() => averageWeights(list)).toThrow(expect.objectContaining({ code }));
  });
});
