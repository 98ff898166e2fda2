import { logErfc } from '../../numbers/erfc.ts';

const { abs, exp, expm1, log, log1p, max, LN2, SQRT2 } = Math;

/** ln(e^a + e^b). */
const logAdd = (a: number, b: number): number => (a > b ? a + log1p(exp(b - a)) : b === -Infinity ? b : b + log1p(exp(a - b)));

/** What rounding may have taken away from ln A: its terms are added up around 1. */
const rounding = 4e-15;

/**
 * The Rényi divergence of one Poisson-sampled Gaussian step at an order above 1, at most, in both directions of adding or removing a unit.
 *
 * **Units** nats. **Privacy** never below the true one; Infinity where the series does not settle, which skips the order.
 * **Source** Mironov, Talwar and Zhang 2019, 3.3; for fractional orders the series of absolute values, an upper bound.
 */
export function stepRdp(samplingRate: number, noiseMultiplier: number, order: number): number {
  if (samplingRate === 1) return (order / (2 * noiseMultiplier * noiseMultiplier)) * (1 + 1e-15);
  const logA = Number.isInteger(order) ? logIntegerMoment(samplingRate, noiseMultiplier, order) : logFractionalMoment(samplingRate, noiseMultiplier, order);
  return (logA * (1 + 1e-12) + rounding) / (order - 1);
}

/** ln Σ C(a,i) q^i (1 − q)^(a−i) e^((i² − i)/2σ²) = ln(1 + Σ over i ≥ 2 of the same with e^(…) − 1): all terms positive, none near 1. */
function logIntegerMoment(q: number, sigma: number, order: number): number {
  const [logQ, logRest] = [log(q), log1p(-q)];
  let logChoose = log(order);
  let sum = -Infinity;
  for (let i = 2; i <= order; i += 1) {
    logChoose += log((order - i + 1) / i);
    const exponent = (i * (i - 1)) / (2 * sigma * sigma);
    // ln(e^x − 1) = x + ln(1 − e^−x).
    const excess = exponent > 1 ? exponent + log1p(-exp(-exponent)) : log(expm1(exponent));
    sum = logAdd(sum, logChoose + i * logQ + (order - i) * logRest + excess);
  }
  return sum > 30 ? logAdd(0, sum) : log1p(exp(sum));
}

/** A thousand terms have settled, or the order is skipped. */
const mostTerms = 1000;

function logFractionalMoment(q: number, sigma: number, order: number): number {
  const [logQ, logRest] = [log(q), log1p(-q)];
  const z = sigma * sigma * log(1 / q - 1) + 0.5;
  const root = SQRT2 * sigma;
  const twice = 2 * sigma * sigma;
  let logChoose = 0;
  let total = -Infinity;
  let before = [-Infinity, -Infinity];
  for (let i = 0; i <= mostTerms; i += 1) {
    const j = order - i;
    const lower = logChoose + i * logQ + j * logRest + (i * i - i) / twice + logErfc((i - z) / root) - LN2;
    const upper = logChoose + j * logQ + i * logRest + (j * j - j) / twice + logErfc((z - j) / root) - LN2;
    total = logAdd(total, logAdd(lower, upper));
    if (i > order && lower < before[0]! && upper < before[1]! && max(lower, upper) < total - 30) return total;
    before = [lower, upper];
    logChoose += log(abs((order - i) / (i + 1)));
  }
  return Infinity;
}
