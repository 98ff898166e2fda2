import { reference } from '../../fixtures/reference.ts';
import { laplaceProbability } from '../../mechanisms/discrete-laplace/fixtures/by-the-book.ts';
import { rhoOfContinuousLaplace } from './fixtures/continuous-laplace.ts';
import { noiseStdOfRho, rhoOfGaussian, rhoOfPure, zcdpDelta, zcdpEpsilon, zcdpRho } from './zcdp.ts';

describe('zero-concentrated differential privacy', () => {
  reference('dp_accounting')('becomes the epsilon of the reference and back', ({ zcdp_to_approx_dp: rows, approx_dp_to_zcdp: back, zcdp_of_pure_dp: pure }) => {
    for (const { rho, delta, epsilon } of rows) {
      expect(zcdpEpsilon(rho, delta) - epsilon).toBeLessThan(1e-9);
      expect(zcdpEpsilon(rho, delta)).toBeGreaterThanOrEqual(epsilon - 1e-12);
    }
    for (const { epsilon, delta, rho } of back) {
      expect(zcdpRho(epsilon, delta) / rho).toBeCloseTo(1, 7);
      expect(zcdpEpsilon(zcdpRho(epsilon, delta), delta)).toBeLessThanOrEqual(epsilon);
    }
    for (const { epsilon, rho_any_pure_dp: any, rho_laplace: laplace } of pure.rows) {
      expect(rhoOfPure(epsilon) / any).toBeCloseTo(1, 12);
      expect(rhoOfContinuousLaplace(epsilon) / laplace).toBeCloseTo(1, 11);
    }
  });

  reference('dp_accounting')('holds as many queries as the reference counts', ({ ledger_capacity: { rows } }) => {
    for (const row of rows) {
      const rho = zcdpRho(row.total_epsilon, row.total_delta);
      expect(Math.floor(rho / rhoOfPure(row.query_epsilon))).toBe(row.queries_zcdp_any_pure);
      expect(Math.floor(rho / rhoOfContinuousLaplace(row.query_epsilon))).toBe(row.queries_zcdp_laplace);
    }
  });

  it('gives back delta from epsilon, from above', () => {
    for (const rho of [1e-4, 0.01, 1, 30]) {
      for (const delta of [1e-9, 1e-5, 1e-2]) {
        const epsilon = zcdpEpsilon(rho, delta);
        if (epsilon === 0) continue;
        expect(zcdpDelta(rho, epsilon) / delta).toBeCloseTo(1, 5);
      }
    }
  });

  it('knows noise by its rho and rho by its noise', () => {
    expect(rhoOfGaussian({ sensitivity: 3, noiseStd: 6 })).toBeCloseTo(0.125, 12);
    expect(noiseStdOfRho({ sensitivity: 3, rho: 0.125 })).toBeCloseTo(6, 12);
  });

  it('charges discrete Laplace noise as any pure mechanism: at one tick it is no cheaper', () => {
    for (const epsilon of [0.1, 1, 3]) {
      // Σ P ln(P/Q), the divergence at order 1.
      let divergence = 0;
      for (let x = -400; x <= 400; x += 1) divergence += laplaceProbability(1 / epsilon, x) * epsilon * (Math.abs(x - 1) - Math.abs(x));
      expect(divergence / rhoOfPure(epsilon)).toBeCloseTo(1, 9);
      expect(divergence).toBeGreaterThan(rhoOfContinuousLaplace(epsilon));
    }
  });

  it.each([0, -0, -1, Number.NaN, Infinity, '1', null, undefined, 1n, [1]])('refuses %p', (value) => {
    const bad = value as number;
    for (const call of [() => zcdpEpsilon(bad, 0.1), () => zcdpEpsilon(0.1, bad), () => zcdpRho(bad, 0.1), () => zcdpDelta(0.1, bad), () => rhoOfPure(bad), 
      () => rhoOfGaussian({ sensitivity: bad, noiseStd: 1 }), () => noiseStdOfRho({ sensitivity: 1, rho: bad })]) expect(call).toThrow();
  });
});
