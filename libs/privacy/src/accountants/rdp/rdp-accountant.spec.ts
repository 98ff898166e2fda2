import { reference } from '../../fixtures/reference.ts';
import type { SampledGaussian } from '../parameters.ts';
import { signedLogMoment } from './fixtures/signed-series.ts';
import { epsilonAt, rdpDelta, rdpEpsilon, rdpNoiseMultiplier, rdpOrders } from './rdp-accountant.ts';
import { stepRdp } from './sampled-gaussian-rdp.ts';

const jobOf = (row: { sampling_prob: number; noise_multiplier: number; steps: number }): SampledGaussian =>
  ({ samplingRate: row.sampling_prob, noiseMultiplier: row.noise_multiplier, steps: row.steps });

describe('Rényi differential privacy of sampled Gaussian steps', () => {
  reference('dp_accounting')('is that of the reference at every order: exact at whole ones, a bound from above at others', ({ rdp_at_order: rows, log_A_alpha: moments }) => {
    expect(rows.length).toBeGreaterThan(100);
    for (const { q, sigma, steps, order, rdp, series, tolerance_rel: tolerance } of rows) {
      const ours = steps * stepRdp(q, sigma, order);
      expect(ours).toBeGreaterThanOrEqual(rdp * (1 - (series === 'abs' ? 1e-8 : 1e-11)));
      if (Number.isInteger(order) || q === 1) expect(ours / rdp - 1).toBeLessThan(Math.max(tolerance, 1e-9));
      else {
        // Absolute values are dearest near order 1, where no epsilon is ever least; an order that does not settle is skipped.
        if (ours < Infinity) expect(ours / rdp).toBeLessThan(1.6);
        expect(Math.abs(signedLogMoment(q, sigma, order) / (order - 1) / rdp - 1)).toBeLessThan(1e-7);
      }
    }
    for (const { q, sigma, order, log_A_alpha_multiprecision: exact } of moments) {
      expect((order - 1) * stepRdp(q, sigma, order)).toBeGreaterThanOrEqual(exact);
      expect(((order - 1) * stepRdp(q, sigma, order)) / exact - 1).toBeLessThan(1e-4);
    }
  });

  reference('dp_accounting')('gives the epsilon of the reference for jobs, to a part in a million', ({ computed_grid_epsilon: { rows } }) => {
    for (const row of rows) {
      const epsilon = rdpEpsilon(jobOf(row), row.delta);
      expect(Math.abs(epsilon - row.epsilon_rdp_google)).toBeLessThan(row.tolerances.rdp_abs);
      expect(epsilon).toBeGreaterThanOrEqual(row.epsilon_rdp_google * (1 - 1e-11));
    }
  });

  reference('dp_accounting')('agrees with the tests of other libraries, whose orders differ', ({ epsilon_from_sigma: rows, meta }) => {
    for (const row of rows.filter(({ accountant }: { accountant: string }) => accountant.startsWith('rdp'))) {
      const epsilon = rdpEpsilon(jobOf(row), row.delta);
      if (row.rdp_orders === 'google_default') expect(Math.abs(epsilon - row.epsilon)).toBeLessThan(row.tolerance_abs);
      // Opacus: the signed series is at most 3.4e-4 smaller, TF-Privacy: fewer orders.
      else expect(Math.abs(epsilon / row.epsilon - 1)).toBeLessThan(5e-4);
    }
    expect(meta.default_orders.google_default).toContain('156');
    expect(rdpOrders).toHaveLength(156);
  });

  reference('dp_accounting')('finds the noise multiplier of the reference from a target', ({ computed_grid_sigma: { rows } }) => {
    for (const row of rows) {
      const noiseMultiplier = rdpNoiseMultiplier({ samplingRate: row.sampling_prob, steps: row.steps }, { epsilon: row.target_epsilon, delta: row.delta });
      expect(Math.abs(noiseMultiplier / row.sigma_rdp_google - 1)).toBeLessThan(row.tolerance_rel_rdp);
      expect(rdpEpsilon({ samplingRate: row.sampling_prob, noiseMultiplier, steps: row.steps }, row.delta)).toBeLessThanOrEqual(row.target_epsilon);
    }
  });

  it('is the sum over the noise by the definition at a whole order', () => {
    // A(3) = E over N(0, σ²) of ((1 − q) + q e^((2x − 1)/2σ²))³ by a fine sum.
    const [q, sigma, order] = [0.1, 1.3, 3];
    let moment = 0;
    const step = 0.001;
    for (let x = -15; x <= 25; x += step) {
      const density = Math.exp((-x * x) / (2 * sigma * sigma)) / (sigma * Math.sqrt(2 * Math.PI));
      moment += step * density * (1 - q + q * Math.exp((2 * x - 1) / (2 * sigma * sigma))) ** order;
    }
    expect((stepRdp(q, sigma, order) * 2) / Math.log(moment)).toBeCloseTo(1, 8);
  });

  it('grows with steps, sampling and order, and falls with noise', () => {
    const job = { samplingRate: 0.01, noiseMultiplier: 1.1, steps: 1000 };
    const epsilon = rdpEpsilon(job, 1e-5);
    expect(rdpEpsilon({ ...job, steps: 1001 }, 1e-5)).toBeGreaterThan(epsilon);
    expect(rdpEpsilon({ ...job, samplingRate: 0.011 }, 1e-5)).toBeGreaterThan(epsilon);
    expect(rdpEpsilon({ ...job, noiseMultiplier: 1.2 }, 1e-5)).toBeLessThan(epsilon);
    expect(rdpEpsilon(job, 1e-6)).toBeGreaterThan(epsilon);
  });

  it('turns epsilon back into its delta', () => {
    const job = { samplingRate: 0.02, noiseMultiplier: 1, steps: 500 };
    for (const delta of [1e-3, 1e-6, 1e-12]) {
      const back = rdpDelta(job, rdpEpsilon(job, delta));
      expect(back).toBeLessThanOrEqual(delta * (1 + 1e-9));
      expect(back).toBeGreaterThan(delta * 0.99);
    }
  });

  it('is 0 where the total variation is below delta', () => {
    expect(epsilonAt(2, 0.005, 0.1)).toBe(0);
    expect(epsilonAt(2, 0.02, 0.1)).toBeGreaterThan(0);
  });

  it.each<[string, object]>([
    ['samplingRate', { samplingRate: 0 }], ['samplingRate', { samplingRate: -0 }], ['samplingRate', { samplingRate: 1.01 }], ['samplingRate', { samplingRate: Number.NaN }],
    ['samplingRate', { samplingRate: '0.1' }], ['steps', { steps: 0 }], ['steps', { steps: 1.5 }], ['steps', { steps: Infinity }], ['steps', { steps: 10n }],
    ['noiseMultiplier', { noiseMultiplier: 0 }], ['noiseMultiplier', { noiseMultiplier: -1 }], ['noiseMultiplier', { noiseMultiplier: Infinity }], ['noiseMultiplier', { noiseMultiplier: null }],
  ])('refuses a wrong %s: %o', (at, change) => {
    try {
      rdpEpsilon({ samplingRate: 0.1, noiseMultiplier: 1, steps: 10, ...change } as SampledGaussian, 1e-5);
      throw new Error('accepted');
    } catch (error) {
      expect((error as { details?: { at?: string } }).details?.at).toBe(at);
    }
  });

  it.each([0, -0, 1, -1, Number.NaN, Infinity, '1e-5', null, undefined, 1n, [1e-5]])('refuses %p as delta', (delta) => {
    expect(() => rdpEpsilon({ samplingRate: 0.1, noiseMultiplier: 1, steps: 10 }, delta as number)).toThrow('Delta');
  });

  it('says when no noise is enough', () => {
    expect(() => rdpNoiseMultiplier({ samplingRate: 0.5, steps: 1e9 }, { epsilon: 1e-3, delta: 1e-9 })).toThrow('No noise');
  });
});
