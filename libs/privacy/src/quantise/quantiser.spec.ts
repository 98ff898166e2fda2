import fc from 'fast-check';
import { quantiser } from './quantiser.ts';

describe('quantising a column', () => {
  it('takes 0 as a bound', () => {
    const { ticks, lowerTicks } = quantiser({ lower: 0, upper: 5000, granularity: 0.01 });
    expect(lowerTicks).toBe(0);
    expect([-3, -0, 0, 0.004, 0.006, 12.34, 5000, 6000].map(ticks)).toEqual([0, 0, 0, 0, 1, 1234, 500_000, 500_000]);
    expect(Object.is(ticks(-0.001), 0)).toBe(true);
  });

  it('leaves out rows without a number and clamps infinities', () => {
    const { ticks } = quantiser({ lower: -1, upper: 1, granularity: 0.5 });
    expect([Number.NaN, null, undefined, Infinity, -Infinity].map(ticks)).toEqual([undefined, undefined, undefined, 2, -2]);
    expect(ticks('7' as unknown as number)).toBeUndefined();
  });

  it('keeps every value within its bounds and within half a tick, and never turns two values round', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double({ min: 1e-3, max: 1e6, noNaN: true }), fc.integer({ min: 1, max: 1000 }), fc.double(), fc.double(), (lower, width, parts, a, b) => {
        const upper = lower + width;
        const granularity = width / parts;
        fc.pre(upper > lower && Math.max(Math.abs(lower), Math.abs(upper)) / granularity < 2 ** 40);
        fc.pre(Math.round(lower / granularity) !== Math.round(upper / granularity));
        const quantise = quantiser({ lower, upper, granularity });
        const [first, second] = [quantise.ticks(a), quantise.ticks(b)];
        if (first === undefined || second === undefined) return Number.isNaN(a) || Number.isNaN(b);
        expect(first).toBeGreaterThanOrEqual(quantise.lowerTicks);
        expect(first).toBeLessThanOrEqual(quantise.upperTicks);
        if (a <= b) expect(first).toBeLessThanOrEqual(second);
        const clamped = Math.min(upper, Math.max(lower, a));
        expect(Math.abs(quantise.value(first) - clamped)).toBeLessThanOrEqual(granularity * 0.5 * (1 + 1e-6) + Math.abs(clamped) * 1e-12);
      }),
      { numRuns: 300 },
    );
  });

  it('adds up ticks to the same sum in any order, where doubles do not', () => {
    const values = [1e15, 0.1, -1e15, 0.1, 0.3];
    expect(values.reduce((a, b) => a + b)).not.toBe([...values].reverse().reduce((a, b) => a + b));
    const { ticks } = quantiser({ lower: -10, upper: 10, granularity: 0.1 });
    const sum = (list: number[]) => list.reduce((total, value) => total + BigInt(ticks(value)!), 0n);
    expect(sum(values)).toBe(sum([...values].reverse()));
  });

  it.each<[string, object, string]>([
    ['no lower bound', { lower: undefined }, 'finite'], ['a missing upper bound', { upper: null }, 'finite'], ['NaN', { lower: Number.NaN }, 'finite'],
    ['an infinite bound', { upper: Infinity }, 'finite'], ['bounds turned round', { lower: 2 }, 'below'], ['equal bounds', { lower: 1 }, 'below'],
    ['granularity 0', { granularity: 0 }, 'above 0'], ['granularity −1', { granularity: -1 }, 'above 0'], ['a text', { granularity: '1' }, 'finite'],
    ['ticks too fine', { granularity: 1e-300 }, 'too fine'], ['ticks too coarse', { granularity: 100 }, 'too coarse'],
  ])('refuses %s', (_, change, says) => {
    expect(() => quantiser({ lower: 0, upper: 1, granularity: 0.01, ...change } as Parameters<typeof quantiser>[0])).toThrow(says);
  });
});
