import { edgesAround, empiricalEpsilon } from '../../fixtures/empirical-epsilon.ts';
import { deviationFromLaw } from '../../fixtures/goodness-of-fit.ts';
import { scriptedBits, seededBits } from '../../fixtures/seeded-bits.ts';
import { approximate, ratio } from '../../numbers/ratio.ts';
import { release } from '../integer-noise.ts';
import { discreteLaplace, laplaceScaleFor } from './discrete-laplace.ts';
import { laplaceByTheBook, laplaceProbability } from './fixtures/by-the-book.ts';

const n = 24_000;
const scales = [ratio(1n, 3n), ratio(1n, 1n), ratio(5n, 2n), ratio(10n, 1n), ratio(300n, 7n), ratio(4_294_967_291n, 1_000_000_007n)];
/** Beyond 2³²: drawn with big integers. */
const wideParts = ratio(2n ** 34n + 1n, 2n ** 33n);

describe('discrete Laplace noise', () => {
  it.each(scales.map((scale) => [`${scale.numerator}/${scale.denominator}`, scale] as const))('of scale %s follows its law', (_, scale) => {
    const bits = seededBits(11);
    const noise = discreteLaplace(scale);
    const draws = Float64Array.from({ length: n }, () => noise.drawNumber(bits));
    const probability = (x: number) => laplaceProbability(approximate(scale), x);
    expect(Math.abs(deviationFromLaw(draws, probability))).toBeLessThan(4);
    // The same law from twice the bits of another kind: the oracle of the paper.
    const oracle = Float64Array.from({ length: n / 4 }, () => Number(laplaceByTheBook(scale.numerator, scale.denominator, bits)));
    expect(Math.abs(deviationFromLaw(oracle, probability))).toBeLessThan(4);
  });

  it('of parameters beyond a number follows its law too', () => {
    const bits = seededBits(3);
    const noise = discreteLaplace(wideParts);
    const draws = Float64Array.from({ length: n / 4 }, () => Number(noise.draw(bits)));
    expect(Math.abs(deviationFromLaw(draws, (x) => laplaceProbability(approximate(wideParts), x)))).toBeLessThan(4);
    expect(() => noise.drawNumber(bits)).toThrow('too wide');
  });

  it('goodness of fit tells a scale that is 6 % off', () => {
    const bits = seededBits(12);
    const noise = discreteLaplace(ratio(106n, 100n));
    const draws = Float64Array.from({ length: n }, () => noise.drawNumber(bits));
    expect(deviationFromLaw(draws, (x) => laplaceProbability(1, x))).toBeGreaterThan(4);
  });

  it.each(scales.map((scale) => [`${scale.numerator}/${scale.denominator}`, scale] as const))('of scale %s has the deviation and the width it says', (_, scale) => {
    const noise = discreteLaplace(scale);
    const b = approximate(scale);
    let [mass, second] = [laplaceProbability(b, 0), 0];
    const within = [mass];
    for (let x = 1; x < 60 * b + 60; x += 1) {
      mass += 2 * laplaceProbability(b, x);
      second += 2 * x * x * laplaceProbability(b, x);
      within.push(mass);
    }
    expect(noise.std / Math.sqrt(second)).toBeCloseTo(1, 9);
    for (const confidence of [0.5, 0.95, 0.999]) expect(noise.halfWidth(confidence)).toBe(within.findIndex((share) => share >= confidence - 1e-12));
    const bits = seededBits(8);
    const draws = Array.from({ length: n }, () => noise.drawNumber(bits));
    // Var(x²) of the law is below 6·Var²: four and a half deviations of the mean square.
    const square = draws.reduce((sum, x) => sum + x * x, 0) / n;
    expect(Math.abs(square / noise.std ** 2 - 1)).toBeLessThan(4.5 * Math.sqrt(Math.max(6, 1 / second) / n));
    expect(Math.abs(draws.reduce((sum, x) => sum + x, 0) / n / noise.std)).toBeLessThan(4.5 / Math.sqrt(n));
  });

  it('counts zero once: a negative zero is drawn again', () => {
    // Scale 1/1: u = 0 needs no bits and its coin of exp(0) one word; v ends at once; the sign is negative; then all again, positive.
    const once = [0xffffffff, 0xffffffff];
    expect(discreteLaplace(ratio(1n, 1n)).drawNumber(scriptedBits([...once, 0x80000000, ...once, 0]))).toBe(0);
  });

  it('costs what its scale pays for, to the last bit', () => {
    expect(laplaceScaleFor(1n, 1_000_000)).toEqual({ numerator: 1n, denominator: 1n });
    expect(laplaceScaleFor(90n, 300_000)).toEqual({ numerator: 300n, denominator: 1n });
    expect(laplaceScaleFor(7n, 3)).toEqual({ numerator: 7_000_000n, denominator: 3n });
    for (const epsilon of [0, -1, Number.NaN, Infinity, 0.5, 2 ** 53, '1', null, undefined, 1n, [1]]) expect(() => laplaceScaleFor(1n, epsilon as number)).toThrow('Epsilon');
    expect(() => laplaceScaleFor(0n, 1)).toThrow('positive');
    expect(() => laplaceScaleFor(-1n, 1)).toThrow('positive');
  });
});

describe('the empirical epsilon of a sum of sensitivity 3', () => {
  // n = 20 000 answers on each table, 21 edges, false alarm 1e-3 (and the seed is fixed).
  const measure = (epsilonMicro: number, claimed: number) => {
    const bits = seededBits(17);
    const noise = discreteLaplace(laplaceScaleFor(3n, epsilonMicro));
    const answer = (value: bigint) => () => Number(release(value, noise, bits));
    return empiricalEpsilon({ here: answer(100n), there: answer(103n), edges: edgesAround(100, 103, 3 / claimed / 2), n: 20_000 });
  };

  it.each([0.5, 1, 3])('stays below a claimed %d, and close enough to see a fault', (epsilon) => {
    const { atLeast } = measure(epsilon * 1e6, epsilon);
    expect(atLeast).toBeLessThanOrEqual(epsilon);
    expect(atLeast).toBeGreaterThan(epsilon * 0.75);
  });

  it.each([0.5, 1, 3])('passes a claimed %d when the noise is 0.77 of what it should be', (epsilon) => {
    expect(measure(Math.round((epsilon * 1e6) / 0.77), epsilon).atLeast).toBeGreaterThan(epsilon);
  });
});
