import { reference } from '../../fixtures/reference.ts';
import { gaussianDelta } from '../../mechanisms/gaussian/analytic-gaussian.ts';
import { normalTail } from '../../numbers/normal.ts';
import type { SampledGaussian } from '../parameters.ts';
import { rdpEpsilon } from '../rdp/rdp-accountant.ts';
import { composeLosses } from './compose.ts';
import { convolvePowers } from './fourier.ts';
import { deltaOfLosses, epsilonOfLosses } from './hockey-stick.ts';
import { pldCurve, pldNoiseMultiplier } from './pld-accountant.ts';
import { stepLosses } from './step-losses.ts';

const jobOf = (row: { sampling_prob: number; noise_multiplier: number; steps: number }): SampledGaussian =>
  ({ samplingRate: row.sampling_prob, noiseMultiplier: row.noise_multiplier, steps: row.steps });

/** δ(ε) of one step in closed form, for removing and for adding a unit. */
function exactDelta(q: number, sigma: number, epsilon: number): number {
  const e = Math.exp(epsilon);
  const x = sigma * sigma * Math.log((e - (1 - q)) / q) + 0.5;
  const remove = (1 - q) * normalTail(x / sigma) + q * normalTail((x - 1) / sigma) - e * normalTail(x / sigma);
  if (epsilon >= -Math.log(1 - q)) return remove;
  const y = sigma * sigma * Math.log((1 / e - (1 - q)) / q) + 0.5;
  return Math.max(remove, normalTail(-y / sigma) - e * ((1 - q) * normalTail(-y / sigma) + q * normalTail(-(y - 1) / sigma)));
}

describe('the privacy loss distribution of a job', () => {
  reference('dp_accounting')('gives the epsilon of the reference within its tolerance, and never below another accountant\'s lower bound', ({ computed_grid_epsilon: { rows } }) => {
    for (const row of rows) {
      const epsilon = pldCurve(jobOf(row)).epsilon(row.delta);
      expect(Math.abs(epsilon / row.epsilon_pld_google - 1)).toBeLessThan(row.tolerances.pld_rel);
      if (row.prv_microsoft_lower !== undefined) {
        expect(epsilon).toBeGreaterThan(row.prv_microsoft_lower);
        expect(epsilon).toBeLessThan(row.prv_microsoft_upper);
      }
    }
  });

  reference('dp_accounting')('agrees with the tests of other libraries', ({ epsilon_from_sigma: rows, delta_from_epsilon: deltas }) => {
    // Upper values of PRV lie at most twice its error of 0.01 above the truth. The slowest are left out.
    const others = rows.filter(({ accountant, steps }: { accountant: string; steps: number }) => !accountant.startsWith('rdp') && (steps <= 1000 || !accountant.startsWith('prv')));
    expect(others.length).toBeGreaterThan(15);
    for (const row of others) {
      const epsilon = pldCurve(jobOf(row)).epsilon(row.delta);
      if (row.accountant.startsWith('prv')) {
        expect(epsilon).toBeLessThan(row.epsilon);
        expect(epsilon).toBeGreaterThan(row.epsilon - 0.02);
      } else expect(Math.abs(epsilon - row.epsilon)).toBeLessThan(row.tolerance_abs);
    }
    for (const row of deltas) {
      const delta = pldCurve(jobOf(row)).delta(row.epsilon);
      expect(Math.abs(delta - row.delta)).toBeLessThan(row.tolerance_abs ?? row.tolerance_rel * row.delta);
    }
  });

  reference('dp_accounting')('finds the noise multiplier of the reference from a target', ({ computed_grid_sigma: { rows } }) => {
    // Those that take few transforms.
    const quick = rows.filter((row: { steps: number; target_epsilon: number }) => row.steps <= 500 && row.target_epsilon < 1);
    expect(quick.length).toBeGreaterThan(2);
    for (const row of quick) {
      const noiseMultiplier = pldNoiseMultiplier({ samplingRate: row.sampling_prob, steps: row.steps }, { epsilon: row.target_epsilon, delta: row.delta });
      expect(Math.abs(noiseMultiplier / row.sigma_pld_google - 1)).toBeLessThan(row.tolerance_rel_pld);
      expect(pldCurve({ samplingRate: row.sampling_prob, noiseMultiplier, steps: row.steps }).epsilon(row.delta)).toBeLessThanOrEqual(row.target_epsilon);
    }
  });

  it.each([[0.01, 1], [0.2, 0.6], [0.5, 3], [0.001, 0.8], [0.9, 1.5]])('of one step with sampling %d and noise %d is the closed form, from above', (q, sigma) => {
    const curve = pldCurve({ samplingRate: q, noiseMultiplier: sigma, steps: 1 });
    for (const epsilon of [0.001, 0.01, 0.1, 0.5, 1, 3]) {
      const exact = exactDelta(q, sigma, epsilon);
      expect(curve.delta(epsilon)).toBeGreaterThanOrEqual(exact * (1 - 1e-9) - 1e-18);
      expect(curve.delta(epsilon)).toBeLessThan(exact * 1.002 + 1e-12);
    }
  });

  it.each([[4, 10], [30, 1000]])('of noise %d without sampling, %d times, is that of one step with less noise', (sigma, steps) => {
    // The machinery of sampled steps with everybody in the batch, against the closed form.
    const { remove, add } = stepLosses(1, sigma, 1 / sigma / 100);
    for (const losses of composeLosses(remove, add, steps)!) {
      for (const epsilon of [0.1, 1, 2]) {
        const exact = gaussianDelta({ epsilon, noiseStd: sigma / Math.sqrt(steps), sensitivity: 1 });
        expect(deltaOfLosses(losses, epsilon)).toBeGreaterThanOrEqual(exact * (1 - 1e-9));
        expect(deltaOfLosses(losses, epsilon) / exact).toBeLessThan(1.002);
      }
    }
    const curve = pldCurve({ samplingRate: 1, noiseMultiplier: sigma, steps });
    expect(curve.delta(curve.epsilon(1e-5))).toBeLessThanOrEqual(1e-5);
  });

  it('keeps each bucket\'s mass under both tables, so nothing is lost', () => {
    for (const [q, sigma] of [[0.01, 1], [0.3, 0.5], [0.7, 4]] as const) {
      for (const { mass, infinity, first, interval } of Object.values(stepLosses(q, sigma, 1e-3))) {
        const total = mass.reduce((sum, value) => sum + value, 0);
        // Σ p·e^−loss is the other table's probability.
        const other = mass.reduce((sum, value, i) => sum + value * Math.exp(-(first + i) * interval), 0);
        expect(total + infinity).toBeCloseTo(1, 12);
        expect(other).toBeLessThanOrEqual(1 + 1e-12);
        expect(other).toBeGreaterThan(1 - 1e-6);
      }
    }
  });

  it('composes as plain convolution does', () => {
    const [a, b] = [new Float64Array(16), new Float64Array(16)];
    a.set([0.5, 0.3, 0.2]);
    b.set([0.1, 0, 0.9]);
    const plain = [a, b].map((list) => {
      let power = [1];
      for (let times = 0; times < 5; times += 1) {
        const next = new Array<number>(power.length + 2).fill(0);
        power.forEach((p, i) => [...list].slice(0, 3).forEach((q, j) => (next[i + j]! += p * q)));
        power = next;
      }
      return power;
    });
    convolvePowers(a, b, 5);
    plain[0]!.forEach((p, i) => expect(a[i]).toBeCloseTo(p, 14));
    plain[1]!.forEach((p, i) => expect(b[i]).toBeCloseTo(p, 14));
  });

  it('reads epsilon off losses as the definition does', () => {
    // Loss 1 with probability 0.4, −1 with 0.5, infinite with 0.1 (grid of ones).
    const losses = { interval: 1, first: -1, mass: Float64Array.of(0.5, 0, 0.4), infinity: 0.1 };
    expect(deltaOfLosses(losses, 0.5)).toBeCloseTo(0.1 + 0.4 * (1 - Math.exp(-0.5)), 12);
    expect(deltaOfLosses(losses, 1)).toBeCloseTo(0.1, 12);
    expect(epsilonOfLosses(losses, 0.1 + 0.4 * (1 - Math.exp(-0.5)))).toBeCloseTo(0.5, 10);
    expect(epsilonOfLosses(losses, 0.0999)).toBe(Infinity);
    expect(epsilonOfLosses(losses, 0.999)).toBe(0);
    expect(epsilonOfLosses({ ...losses, first: 1000 }, 0.2)).toBeGreaterThan(1001);
    expect(epsilonOfLosses({ ...losses, first: -5 }, 0.2)).toBe(0);
  });

  it.each([[0.001, 0.3, 1000, 1e-6], [0.01, 0.1, 10, 1e-5], [0.5, 1e-3, 1, 1e-5], [1e-6, 1, 1000, 1e-6], [0.999999, 5, 100, 1e-6]])(
    'stays below the looser account at the ends of its range: sampling %d, noise %d, %d steps, delta %d', (samplingRate, noiseMultiplier, steps, delta) => {
      const job = { samplingRate, noiseMultiplier, steps };
      const epsilon = pldCurve(job).epsilon(delta);
      expect(Number.isFinite(epsilon)).toBe(true);
      expect(epsilon).toBeLessThanOrEqual(rdpEpsilon(job, delta) * (1 + 1e-9));
    },
  );

  it('refuses malformed delta and epsilon', () => {
    const curve = pldCurve({ samplingRate: 0.1, noiseMultiplier: 2, steps: 2 });
    for (const value of [0, -0, -1, Number.NaN, Infinity, -Infinity, '1', null, undefined, 1n, [1]]) {
      expect(() => curve.epsilon(value as number)).toThrow('Delta');
      expect(() => curve.delta(value as number)).toThrow('Epsilon');
    }
  });
});
