import { edgesAround, empiricalEpsilon } from '../../fixtures/empirical-epsilon.ts';
import { deviationFromLaw } from '../../fixtures/goodness-of-fit.ts';
import { seededBits } from '../../fixtures/seeded-bits.ts';
import { ratio } from '../../numbers/ratio.ts';
import { boundedGeometric } from './bounded-geometric.ts';

/** Ghosh et al. 2009, by the book: p^|x − v|·(1 − p)/(1 + p) inside, p^|x − v|/(1 + p) at the ends. */
const probability = (scale: number, value: number, least: number, most: number) => (x: number) => {
  const p = Math.exp(-1 / scale);
  if (x < least || x > most) return 0;
  return (p ** Math.abs(x - value) * (x === least || x === most ? 1 : 1 - p)) / (1 + p);
};

describe('the geometric mechanism over a range', () => {
  it.each([[0n, 0n, 5n], [3n, 0n, 5n], [-2n, -2n, 2n], [1n, 0n, 1n]])('of value %d between %d and %d follows its law', (value, least, most) => {
    const bits = seededBits(2);
    const mechanism = boundedGeometric({ laplaceScale: ratio(3n, 2n), least, most });
    const draws = Float64Array.from({ length: 20_000 }, () => Number(mechanism(value, bits)));
    expect(Math.abs(deviationFromLaw(draws, probability(1.5, Number(value), Number(least), Number(most))))).toBeLessThan(4);
  });

  it('is epsilon-DP at every answer, the ends included', () => {
    const scale = 1.25;
    for (let value = 0; value < 7; value += 1) {
      for (let answer = 0; answer <= 7; answer += 1) {
        const quotient = probability(scale, value, 0, 7)(answer) / probability(scale, value + 1, 0, 7)(answer);
        expect(Math.abs(Math.log(quotient))).toBeLessThanOrEqual(1 / scale + 1e-12);
      }
    }
  });

  // n = 20 000, 21 edges, false alarm 1e-3.
  it.each([[ratio(1n, 1n), true], [ratio(77n, 100n), false]])('claims what neighbouring counts show, and not when its noise is 0.77 of that', (laplaceScale, isWithin) => {
    const bits = seededBits(6);
    const mechanism = boundedGeometric({ laplaceScale, least: 0n, most: 20n });
    const { atLeast } = empiricalEpsilon({ here: () => Number(mechanism(10n, bits)), there: () => Number(mechanism(11n, bits)), edges: edgesAround(10, 11, 0.5), n: 20_000 });
    expect(atLeast <= 1).toBe(isWithin);
    expect(atLeast).toBeGreaterThan(0.7);
  });

  it('refuses an empty range and a value outside it', () => {
    const laplaceScale = ratio(1n, 1n);
    expect(() => boundedGeometric({ laplaceScale, least: 1n, most: 1n })).toThrow('range');
    expect(() => boundedGeometric({ laplaceScale, least: 0n, most: 1n })(2n, seededBits(1))).toThrow('outside');
    expect(() => boundedGeometric({ laplaceScale, least: 0n, most: 1n })(1 as unknown as bigint, seededBits(1))).toThrow('outside');
  });
});
