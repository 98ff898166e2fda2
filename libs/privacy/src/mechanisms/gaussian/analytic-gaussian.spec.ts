import { reference } from '../../fixtures/reference.ts';
import { normalQuantileOfTail } from '../../numbers/normal.ts';
import { gaussianDelta, gaussianNoiseStd } from './analytic-gaussian.ts';

describe('analytic Gaussian noise', () => {
  reference('analytic_gaussian')('is that of the reference to nine digits, and never below it', ({ rows }) => {
    for (const { epsilon, delta, l2_sensitivity: sensitivity, sigma } of rows) {
      const noiseStd = gaussianNoiseStd({ epsilon, delta, sensitivity });
      expect(noiseStd).toBeGreaterThanOrEqual(sigma);
      expect(noiseStd / sigma - 1).toBeLessThan(delta >= 1e-9 ? 1e-9 : 1e-6);
    }
  });

  reference('analytic_gaussian')('agrees with the tests of other libraries', ({ upstream_test_values: rows }) => {
    for (const row of rows) {
      const sensitivity: number = row.l2;
      if (row.kind === 'delta_from_sigma') expect(Math.abs(gaussianDelta({ epsilon: row.epsilon, noiseStd: row.sigma, sensitivity }) - row.delta)).toBeLessThan(row.tolerance_abs);
      else expect(Math.abs(gaussianNoiseStd({ epsilon: row.epsilon, delta: row.delta, sensitivity }) / (row.recomputed_mp as number) - 1)).toBeLessThan(1e-9);
    }
  });

  // Values of the design's table 2.5, by independent multi-precision arithmetic.
  it.each([[0.1, 1e-3, 17.404], [0.5, 1e-6, 8.0576], [1, 1e-5, 3.7306], [3, 1e-9, 1.9437], [8, 1e-3, 0.48001], [10, 1e-6, 0.54109]])('at epsilon %d and delta %d is %d', (epsilon, delta, sigma) => {
    expect(gaussianNoiseStd({ epsilon, delta, sensitivity: 1 }) / sigma).toBeCloseTo(1, 4);
    // Linear in the sensitivity.
    expect(gaussianNoiseStd({ epsilon, delta, sensitivity: 250 }) / (250 * sigma)).toBeCloseTo(1, 4);
  });

  it('is more than the classical formula says at epsilon 10, which protects too little there', () => {
    const classical = Math.sqrt(2 * Math.log(1.25 / 1e-5)) / 10;
    expect(gaussianDelta({ epsilon: 10, noiseStd: classical, sensitivity: 1 })).toBeGreaterThan(1e-5);
    expect(gaussianNoiseStd({ epsilon: 10, delta: 1e-5, sensitivity: 1 })).toBeGreaterThan(classical);
  });

  it('gives back delta from its noise, from 1e-300 to nearly 1', () => {
    for (const delta of [1e-300, 1e-100, 1e-15, 1e-6, 0.1, 0.9, 1 - 1e-9]) {
      for (const epsilon of [1e-3, 0.1, 1, 10, 100]) {
        const back = gaussianDelta({ epsilon, noiseStd: gaussianNoiseStd({ epsilon, delta, sensitivity: 1 }), sensitivity: 1 });
        expect(back).toBeLessThanOrEqual(delta * (1 + 1e-9));
        expect(back).toBeGreaterThan(delta * (1 - 1e-6));
      }
    }
  });

  it.each([0, -0, -1, Number.NaN, Infinity, -Infinity, '1', null, undefined, 1n, [1], {}, true])('refuses %p as epsilon, delta, deviation or sensitivity', (value) => {
    const good = { epsilon: 1, delta: 1e-6, sensitivity: 1 };
    for (const key of ['epsilon', 'delta', 'sensitivity']) expect(() => gaussianNoiseStd({ ...good, [key]: value } as typeof good)).toThrow();
    for (const key of ['noiseStd', 'sensitivity']) expect(() => gaussianDelta({ epsilon: 1, noiseStd: 1, sensitivity: 1, [key]: value } as { epsilon: number; noiseStd: number; sensitivity: number })).toThrow();
  });

  it('knows the normal quantile from above', () => {
    expect(normalQuantileOfTail(0.5)).toBeCloseTo(0, 12);
    expect(normalQuantileOfTail(0.025)).toBeCloseTo(1.959963984540054, 12);
    expect(normalQuantileOfTail(1e-20)).toBeCloseTo(9.262340089798408, 11);
  });
});
