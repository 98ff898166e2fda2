import { seededBits } from '../../fixtures/seeded-bits.ts';
import { chanceOfAsMany } from '../../fixtures/goodness-of-fit.ts';
import { approximate, ratio } from '../../numbers/ratio.ts';
import { discreteGaussian } from '../discrete-gaussian/discrete-gaussian.ts';
import { gaussianProbability } from '../discrete-gaussian/fixtures/by-the-book.ts';
import { discreteLaplace, laplaceScaleFor } from '../discrete-laplace/discrete-laplace.ts';
import { laplaceProbability } from '../discrete-laplace/fixtures/by-the-book.ts';
import { isKeyReleased, keyThreshold } from './key-threshold.ts';

const laplace = (epsilon: number, maxGroups = 1) => discreteLaplace(laplaceScaleFor(BigInt(maxGroups), Math.round(epsilon * 1e6)));

/** P[noise ≥ m], term by term. */
function tail(probability: (x: number) => number, m: number, last = 5000): number {
  let sum = 0;
  for (let x = last; x >= m; x -= 1) sum += probability(x);
  return sum;
}

describe('the threshold of private keys', () => {
  // PRIVACY.md 2.6 for continuous noise, one group per unit; the discrete law lies within a unit and a half of it.
  it.each([[1, 1e-5, 11.8], [1, 1e-6, 14.1], [1, 1e-8, 18.7], [0.1, 1e-5, 109], [0.1, 1e-6, 132], [0.1, 1e-8, 178], [3, 1e-5, 4.6], [3, 1e-8, 6.9], [10, 1e-6, 2.3]])(
    'at epsilon %d and delta %d is about %d', (epsilon, delta, expected) => {
      const { threshold } = keyThreshold(laplace(epsilon), { delta, maxGroups: 1 });
      expect(Math.abs(Number(threshold) - expected)).toBeLessThan(1.5);
    },
  );

  it.each([[1, 1], [0.3, 4], [3, 10]])('lets one unit show a key of its own with probability delta at most, and no less than it could: epsilon %d, %d groups', (epsilon, maxGroups) => {
    for (const delta of [1e-3, 1e-6, 1e-10]) {
      const noise = laplace(epsilon, maxGroups);
      const scale = maxGroups / epsilon;
      const m = Number(keyThreshold(noise, { delta, maxGroups }).threshold) - 1;
      const shown = (at: number) => 1 - (1 - tail((x) => laplaceProbability(scale, x), at)) ** maxGroups;
      expect(shown(m)).toBeLessThanOrEqual(delta * (1 + 1e-6));
      if (m > 1) expect(shown(m - 1)).toBeGreaterThan(delta * (1 - 1e-5));
    }
  });

  it.each([[ratio(2n, 1n)], [ratio(7n, 2n)], [ratio(30n, 1n)]])('is exact for discrete Gaussian counts as well', (std) => {
    const probability = gaussianProbability(approximate(std));
    for (const delta of [1e-3, 1e-6]) {
      const m = Number(keyThreshold(discreteGaussian(std), { delta, maxGroups: 1 }).threshold) - 1;
      expect(tail(probability, m)).toBeLessThanOrEqual(delta);
      expect(tail(probability, m - 1)).toBeGreaterThan(delta);
    }
  });

  it('rises with the number of units that have to be there, and never considers fewer', () => {
    const alone = keyThreshold(laplace(3), { delta: 1e-6, maxGroups: 1 });
    const ten = keyThreshold(laplace(3), { delta: 1e-6, maxGroups: 1, minUnits: 10 });
    expect(ten.threshold).toBe(alone.threshold + 9n);
    expect(isKeyReleased(ten, 9, 1_000_000n)).toBe(false);
    expect(isKeyReleased(ten, 10, ten.threshold)).toBe(true);
    expect(isKeyReleased(ten, 10, ten.threshold - 1n)).toBe(false);
  });

  it('shows a lone unit as often as delta says, and planted noise 0.77 as wide is no better than its own threshold', () => {
    // delta = 0.02 so that it can be counted: n = 20 000 tables with one unit in one group.
    const [n, delta] = [20_000, 0.02];
    const threshold = keyThreshold(laplace(1), { delta, maxGroups: 1 });
    const shown = (epsilon: number) => {
      const bits = seededBits(19);
      const noise = laplace(epsilon);
      let count = 0;
      for (let i = 0; i < n; i += 1) if (isKeyReleased(threshold, 1, 1n + noise.draw(bits))) count += 1;
      return count;
    };
    // False alarm 5e-5.
    expect(chanceOfAsMany(shown(1), n, delta)).toBeGreaterThan(5e-5);
    // Noise that is wider than the threshold was made for shows too many.
    expect(chanceOfAsMany(shown(0.77), n, delta)).toBeLessThan(5e-5);
  });

  it.each([0, -0, 1, -1, Number.NaN, Infinity, '0.1', null, undefined, 1n, [0.1]])('refuses %p as delta, and groups that are no number', (delta) => {
    expect(() => keyThreshold(laplace(1), { delta: delta as number, maxGroups: 1 })).toThrow('Delta');
    for (const count of [0, -1, 1.5, Number.NaN, Infinity]) {
      expect(() => keyThreshold(laplace(1), { delta: 0.1, maxGroups: count })).toThrow('positive whole');
      expect(() => keyThreshold(laplace(1), { delta: 0.1, maxGroups: 1, minUnits: count })).toThrow('positive whole');
    }
  });
});
