import { empiricalEpsilon } from '../../fixtures/empirical-epsilon.ts';
import { deviationFromLaw } from '../../fixtures/goodness-of-fit.ts';
import { seededBits } from '../../fixtures/seeded-bits.ts';
import { estimateTrueCounts, randomisedResponse } from './randomised-response.ts';

const n = 20_000;

describe('randomised response', () => {
  it.each([[2, 1_000_000], [2, 100_000], [5, 2_500_000], [3, 7_000_000]])('among %d answers at %d millionths follows its law', (size, epsilonMicro) => {
    const bits = seededBits(size);
    const e = Math.exp(epsilonMicro / 1e6);
    const draws = Float64Array.from({ length: n }, () => randomisedResponse(1, { size, epsilonMicro }, bits));
    expect(Math.abs(deviationFromLaw(draws, (x) => (x === 1 ? e : 1) / (e + size - 1)))).toBeLessThan(4);
  });

  // n = 20 000 for each truth, false alarm 1e-3.
  it.each([[1_000_000, true], [1_300_000, false]])('shows an epsilon of at most 1 at %d millionths: %p', (epsilonMicro, isWithin) => {
    const bits = seededBits(1);
    const answer = (truth: number) => () => randomisedResponse(truth, { size: 2, epsilonMicro }, bits);
    const { atLeast } = empiricalEpsilon({ here: answer(0), there: answer(1), edges: [0.5], n });
    expect(atLeast <= 1).toBe(isWithin);
    expect(atLeast).toBeGreaterThan(0.85);
  });

  it('draws as many words for one truth as for another', () => {
    const words = [0, 1].map((truth) => {
      const bits = seededBits(7);
      let drawn = 0;
      const counting = { word: () => ((drawn += 1), bits.word()) };
      for (let i = 0; i < n; i += 1) randomisedResponse(truth, { size: 2, epsilonMicro: 1_000_000 }, counting);
      return drawn / n;
    });
    expect(Math.abs(words[0]! - words[1]!)).toBeLessThan(0.15);
  });

  it('gives back true counts without bias, within the deviation it states', () => {
    const bits = seededBits(3);
    const [size, epsilonMicro] = [4, 1_500_000];
    const truth = [9000, 6000, 4000, 1000];
    const observed = [0, 0, 0, 0];
    truth.forEach((count, answer) => {
      for (let i = 0; i < count; i += 1) observed[randomisedResponse(answer, { size, epsilonMicro }, bits)]! += 1;
    });
    const { counts, std } = estimateTrueCounts(observed, epsilonMicro);
    expect(counts.reduce((a, b) => a + b)).toBeCloseTo(20_000, 6);
    truth.forEach((count, answer) => expect(Math.abs(counts[answer]! - count)).toBeLessThan(4 * std));
    expect(std).toBeLessThan(200);
  });

  it.each([0, -0, -1, Number.NaN, Infinity, 0.5, '1', null, undefined, 1n, [1]])('refuses %p as epsilon, and answers that are none', (epsilonMicro) => {
    expect(() => randomisedResponse(0, { size: 2, epsilonMicro: epsilonMicro as number }, seededBits(1))).toThrow('Epsilon');
    expect(() => randomisedResponse(2, { size: 2, epsilonMicro: 1 }, seededBits(1))).toThrow('none');
    expect(() => randomisedResponse(0, { size: 1, epsilonMicro: 1 }, seededBits(1))).toThrow('two answers');
  });
});
