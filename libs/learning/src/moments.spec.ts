import fc from 'fast-check';
import { areSoundMoments, mergeMoments, momentsOf, noMoments } from './moments.ts';

const all = (values: Float64Array) => Int32Array.from(values, (_, i) => i);
const of = (...values: number[]) => momentsOf(Float64Array.from(values), all(Float64Array.from(values)));

describe('moments', () => {
  it.each<[number[], number, number, number]>([
    [[], 0, 0, 0],
    [[7], 1, 7, 0],
    [[1, 2, 3, 4], 4, 2.5, 5],
    [[2, Number.NaN, 4], 2, 3, 2],
    [[Number.NaN], 0, 0, 0],
  ])('of %j are count %d, mean %d, m2 %d', (values, count, mean, m2) => {
    expect(of(...values)).toEqual({ count, mean, m2 });
  });

  it('keep their digits under a large offset', () => {
    const { mean, m2 } = of(1e12 + 1, 1e12 + 2, 1e12 + 3);
    expect([mean, m2]).toEqual([1e12 + 2, 2]);
    // The mean 1e16 + 1 is not a double, the spread is exact all the same.
    expect(of(1e16, 1e16 + 2).m2).toBe(2);
  });

  it('have no spread at all for a constant', () => {
    fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer({ min: 1, max: 100 }), (value, n) => of(...new Array<number>(n).fill(value)).m2 === 0));
  });

  it('of any partition merge to those of the whole', () => {
    const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(values, fc.infiniteStream(fc.nat(4)), (list, parts) => {
        const pods: number[][] = [[], [], [], [], []];
        for (const value of list) pods[parts.next().value]!.push(value);
        const merged = pods.map((pod) => of(...pod)).reduce(mergeMoments, { ...noMoments });
        const whole = of(...list);
        const scale = Math.max(...list.map(Math.abs), 1e-100);
        expect(merged.count).toBe(whole.count);
        expect(Math.abs(merged.mean - whole.mean) / scale).toBeLessThan(1e-12);
        expect(Math.abs(merged.m2 - whole.m2) / (scale * scale * list.length)).toBeLessThan(1e-12);
      }),
    );
  });

  it.each([
    { count: -1, mean: 0, m2: 0 },
    { count: 1.5, mean: 0, m2: 0 },
    { count: 2, mean: Number.NaN, m2: 0 },
    { count: 2, mean: 0, m2: -1 },
    { count: 2, mean: 0, m2: Infinity },
    { count: 1, mean: 0, m2: 1 },
  ])('%j are no moments of any values', (moments) => {
    expect(areSoundMoments(moments)).toBe(false);
  });
});
