import { edgesAround, empiricalEpsilon } from '../../fixtures/empirical-epsilon.ts';
import { deviationFromLaw } from '../../fixtures/goodness-of-fit.ts';
import { reference } from '../../fixtures/reference.ts';
import { seededBits } from '../../fixtures/seeded-bits.ts';
import { approximate, ratio } from '../../numbers/ratio.ts';
import { gaussianDelta, gaussianNoiseStd } from '../gaussian/analytic-gaussian.ts';
import { release } from '../integer-noise.ts';
import { discreteGaussian } from './discrete-gaussian.ts';
import { discreteGaussianDelta, discreteGaussianNoiseStd } from './discrete-gaussian-delta.ts';
import { gaussianByTheBook, gaussianProbability } from './fixtures/by-the-book.ts';
import { gaussianMass } from './gaussian-mass.ts';

const n = 24_000;
const deviations = [ratio(1n, 3n), ratio(1n, 1n), ratio(3821n, 1024n), ratio(20n, 1n), ratio(200n, 1n), ratio(4_294_967_291n, 1_000_000_007n)];
const wideParts = ratio(2n ** 34n + 1n, 2n ** 32n);

describe('discrete Gaussian noise', () => {
  it.each(deviations.map((std) => [`${std.numerator}/${std.denominator}`, std] as const))('of deviation %s follows its law', (_, std) => {
    const bits = seededBits(21);
    const noise = discreteGaussian(std);
    const probability = gaussianProbability(approximate(std));
    const draws = Float64Array.from({ length: n }, () => noise.drawNumber(bits));
    const width = Math.ceil(approximate(std) / 10);
    expect(Math.abs(deviationFromLaw(draws, probability, width))).toBeLessThan(4);
    const oracle = Float64Array.from({ length: n / 8 }, () => Number(gaussianByTheBook(std.numerator ** 2n, std.denominator ** 2n, bits)));
    expect(Math.abs(deviationFromLaw(oracle, probability, width))).toBeLessThan(4);
  });

  it('of parameters beyond a number follows its law too', () => {
    const bits = seededBits(3);
    const noise = discreteGaussian(wideParts);
    const draws = Float64Array.from({ length: n / 8 }, () => Number(noise.draw(bits)));
    expect(Math.abs(deviationFromLaw(draws, gaussianProbability(approximate(wideParts))))).toBeLessThan(4);
    expect(() => noise.drawNumber(bits)).toThrow('too wide');
  });

  it.each([[0.3, 0.6], [1, 0.95], [3.7, 0.95], [40, 0.99], [20_000, 0.95], [2e6, 0.999]])('of deviation %d has the deviation and width it says', (sigma, confidence) => {
    const noise = discreteGaussian(ratio(BigInt(Math.round(sigma * 1000)), 1000n));
    const bits = seededBits(5);
    const draws = Array.from({ length: n }, () => noise.drawNumber(bits));
    const square = draws.reduce((sum, x) => sum + x * x, 0) / n;
    expect(Math.abs(square / noise.std ** 2 - 1)).toBeLessThan(4.5 * Math.sqrt(Math.max(2, 1 / noise.std ** 2) / n));
    expect(Math.abs(draws.reduce((sum, x) => sum + x, 0) / n / noise.std)).toBeLessThan(4.5 / Math.sqrt(n));
    const width = noise.halfWidth(confidence);
    const inside = draws.filter((x) => Math.abs(x) <= width).length / n;
    const narrower = draws.filter((x) => Math.abs(x) < width).length / n;
    expect(inside).toBeGreaterThan(confidence - 4.5 * Math.sqrt((confidence * (1 - confidence)) / n));
    if (width > 0) expect(narrower).toBeLessThan(confidence + 4.5 * Math.sqrt((confidence * (1 - confidence)) / n));
  });

  it('its deviation is that of the law, not of the continuous likeness', () => {
    expect(discreteGaussian(ratio(1n, 3n)).std).toBeCloseTo(Math.sqrt(2 * Math.exp(-4.5) / (1 + 2 * Math.exp(-4.5))), 6);
    expect(discreteGaussian(ratio(100n, 1n)).std).toBeCloseTo(100, 9);
  });

  it('a wide law is bounded by integrals on both sides, closely', () => {
    // The same deviation as a sum and as an integral, on either side of the border between the two.
    const [below, above] = [gaussianMass(8192), gaussianMass(8192.001)];
    for (const from of [-30_000, -1, 0, 1, 5000, 40_000]) {
      expect(above.tailAtLeast(from).most).toBeGreaterThan(below.tailAtLeast(from).least);
      expect(above.tailAtLeast(from).least / below.tailAtLeast(from).least).toBeCloseTo(1, 2);
      expect(above.tailAtLeast(from).most / below.tailAtLeast(from).most).toBeCloseTo(1, 2);
    }
  });
});

describe('the delta of discrete Gaussian noise', () => {
  reference('dp_accounting')('is that of the reference, and more than the continuous formula where noise is narrow', ({ discrete_vs_continuous_gaussian_delta: rows }) => {
    for (const { sigma2, epsilon, sensitivity, discrete_gaussian_delta: exact, continuous_gaussian_delta: continuous } of rows) {
      const delta = discreteGaussianDelta({ epsilon, noiseStd: ratio(BigInt(Math.sqrt(sigma2)), 1n), sensitivity });
      expect(delta / exact).toBeGreaterThanOrEqual(1 - 1e-9);
      expect(delta / exact).toBeLessThan(1 + 1e-6);
      expect(gaussianDelta({ epsilon, noiseStd: Math.sqrt(sigma2), sensitivity }) / continuous).toBeCloseTo(1, 7);
    }
  });

  it.each([[1, 2, 1], [0.3, 5, 3], [2, 1.5, 2], [3, 0.75, 1]])('is the sum over answers by the definition: epsilon %d, deviation %d, sensitivity %d', (epsilon, sigma, sensitivity) => {
    const probability = gaussianProbability(sigma);
    let delta = 0;
    for (let x = -200; x <= 200; x += 1) delta += Math.max(0, probability(x) - Math.exp(epsilon) * probability(x + sensitivity));
    expect(discreteGaussianDelta({ epsilon, noiseStd: ratio(BigInt(sigma * 100), 100n), sensitivity }) / delta).toBeCloseTo(1, 8);
  });

  it.each([[1, 1e-6, 1], [0.1, 1e-6, 1], [3, 1e-9, 1], [1, 1e-5, 90], [2, 1e-6, 500_000], [10, 1e-6, 1], [0.01, 1e-6, 1], [1, 1e-6, 5_000_000]])(
    'pays for epsilon %d, delta %d at sensitivity %d with little more than the continuous noise', (epsilon, delta, sensitivity) => {
      const noiseStd = discreteGaussianNoiseStd({ epsilon, delta, sensitivity });
      expect(discreteGaussianDelta({ epsilon, noiseStd, sensitivity })).toBeLessThanOrEqual(delta);
      const sigma = approximate(noiseStd);
      // At one tick and a large epsilon delta goes up and down with the noise; elsewhere one per cent less is too little.
      if (epsilon <= 3) expect(discreteGaussianDelta({ epsilon, noiseStd: ratio(BigInt(Math.round(sigma * 0.99 * 1024)), 1024n), sensitivity })).toBeGreaterThan(delta);
      // The grid's step, and what the lattice costs at one tick and a large epsilon.
      const continuous = gaussianNoiseStd({ epsilon, delta, sensitivity });
      expect(sigma / continuous).toBeGreaterThan(0.98);
      expect(sigma / continuous).toBeLessThan(sensitivity > 1 || epsilon <= 1 ? 1.003 : 1.25);
    },
  );

  it.each<[string, object]>([
    ['epsilon 0', { epsilon: 0 }], ['epsilon NaN', { epsilon: Number.NaN }], ['epsilon ∞', { epsilon: Infinity }], ['an epsilon whose power is none', { epsilon: 710 }], ['an epsilon in a string', { epsilon: '1' }],
    ['delta 0', { delta: 0 }], ['delta 1', { delta: 1 }], ['delta −0', { delta: -0 }], ['no sensitivity', { sensitivity: 0 }], ['half a sensitivity', { sensitivity: 0.5 }],
  ])('is refused with %s', (_, change) => {
    expect(() => discreteGaussianNoiseStd({ epsilon: 1, delta: 1e-6, sensitivity: 1, ...change } as Parameters<typeof discreteGaussianNoiseStd>[0])).toThrow(/Epsilon|Delta|sensitivity/);
  });
});

describe('the empirical epsilon of a discrete Gaussian release', () => {
  // delta is large here so that the tail is seen: n = 40 000 answers on each table, 21 edges, false alarm 1e-3.
  const [epsilon, delta, sensitivity] = [1, 0.01, 3];
  const noiseStd = discreteGaussianNoiseStd({ epsilon, delta, sensitivity });
  const measure = (share: bigint) => {
    const bits = seededBits(33);
    const noise = discreteGaussian(ratio(noiseStd.numerator * share, noiseStd.denominator * 100n));
    const answer = (value: bigint) => () => Number(release(value, noise, bits));
    return empiricalEpsilon({ here: answer(0n), there: answer(3n), edges: edgesAround(0, 3, approximate(noiseStd) / 4), delta, n: 40_000 });
  };

  it('stays below what it claims, and is near to it', () => {
    expect(measure(100n).atLeast).toBeLessThanOrEqual(epsilon);
    expect(measure(100n).atLeast).toBeGreaterThan(0.6 * epsilon);
  });

  it('passes it when the noise is 0.77 of what it should be', () => {
    expect(measure(77n).atLeast).toBeGreaterThan(epsilon);
  });
});
