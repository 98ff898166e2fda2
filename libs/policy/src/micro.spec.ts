import fc from 'fast-check';
import { epsilonOfMicro, microCost, microLeft } from './micro.ts';

describe('millionths of epsilon', () => {
  it.each([
    [0, 0, 0],
    [5e-324, 1, 0],
    [0.0000001, 1, 0],
    [0.3, 300_000, 300_000],
    [0.1 + 0.2, 300_001, 300_000],
    [1.1, 1_100_000, 1_100_000],
    [2.9999999, 3_000_000, 2_999_999],
    [3, 3_000_000, 3_000_000],
    [9e9, 9e15, 9e15],
    [3.0000000000000004, 3_000_001, 3_000_000],
    [3.0000001, 3_000_001, 3_000_000],
  ])('of %d cost %d and leave %d', (epsilon, cost, left) => {
    expect([microCost(epsilon), microLeft(epsilon)]).toEqual([cost, left]);
  });

  it.each([NaN, -1, -5e-324, Infinity, 1e300, 9.1e9])('of %d cost more than any budget', (epsilon) => {
    expect(microCost(epsilon)).toBe(Infinity);
  });

  it.each([NaN, -1, -Infinity])('of a limit of %d leave nothing', (limit) => {
    expect(microLeft(limit)).toBe(0);
  });

  it.each([Infinity, 1e300])('of a limit of %d leave a finite amount that counts exactly', (limit) => {
    expect(Number.isSafeInteger(microLeft(limit))).toBe(true);
  });

  it('come back unchanged from their decimal text', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 1_000_000_000 }), (micro) => {
      const epsilon = epsilonOfMicro(micro);
      expect([microCost(epsilon), microLeft(epsilon), microCost(Number(`${epsilon}`))]).toEqual([micro, micro, micro]);
    }), { numRuns: 2000 });
  });

  it('are the least that covers a cost, and the most that stays within a limit', () => {
    fc.assert(fc.property(fc.double({ min: 0, max: 1000, noNaN: true }), (epsilon) => {
      const cost = microCost(epsilon);
      const left = microLeft(epsilon);
      expect(epsilonOfMicro(cost) >= epsilon && (cost === 0 || epsilonOfMicro(cost - 1) < epsilon)).toBe(true);
      expect(epsilonOfMicro(left) <= epsilon && epsilonOfMicro(left + 1) > epsilon).toBe(true);
    }), { numRuns: 2000 });
  });
});
