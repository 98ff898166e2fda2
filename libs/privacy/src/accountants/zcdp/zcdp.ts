import { Fault } from '@podnet/errors';
import { checkDelta, checkEpsilon } from '../parameters.ts';

/**
 * Epsilon of rho-zero-concentrated DP at a delta, at most: min over α of αρ + ln(1 − 1/α) + (ln(1/δ) − ln α)/(α − 1).
 *
 * **Privacy** every α gives a bound, so a search that stops early is only dearer. **Throws** `privacy.malformed`, `usage.invalid`.
 * **Source** Canonne, Kamath and Steinke 2020, proposition 7 and corollary 13.
 */
export function zcdpEpsilon(rho: number, delta: number): number {
  checkRho(rho);
  checkDelta(delta);
  const bound = (logOrder: number) => {
    const less = Math.exp(logOrder);
    return (1 + less) * rho + Math.log(less / (1 + less)) - (Math.log(delta) + Math.log1p(less)) / less;
  };
  const epsilon = bound(leastPlace(bound));
  return Math.max(0, epsilon + 1e-13 * (1 + Math.abs(epsilon)));
}

/**
 * Delta of rho-zCDP at an epsilon, at most. **Privacy**, **Throws**, **Source** as above.
 */
export function zcdpDelta(rho: number, epsilon: number): number {
  checkRho(rho);
  checkEpsilon(epsilon);
  const bound = (logOrder: number) => {
    const less = Math.exp(logOrder);
    return less * ((1 + less) * rho - epsilon) + less * Math.log(less / (1 + less)) - Math.log1p(less);
  };
  return Math.min(1, Math.exp(bound(leastPlace(bound))) * (1 + 1e-11));
}

/**
 * The greatest rho that (epsilon, delta) pays for. **Privacy** never above it. **Throws** `privacy.malformed`.
 */
export function zcdpRho(epsilon: number, delta: number): number {
  checkEpsilon(epsilon);
  checkDelta(delta);
  // Whatever the upper end is worth: what is returned has been tried.
  let [low, high] = [0, epsilon + 1 - Math.log1p(-delta)];
  while (high - low > high * 1e-13) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) break;
    if (zcdpEpsilon(middle, delta) <= epsilon) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * Rho of any epsilon-DP mechanism: ε·tanh(ε/2). Discrete Laplace noise at one tick of sensitivity reaches it (its losses are ±ε, as those of
 * randomised response), so the smaller ε + e^−ε − 1 of continuous Laplace noise is not for this room. **Throws** `privacy.malformed`.
 * **Source** Harrison and Manurangsi 2025.
 */
export const rhoOfPure = (epsilon: number): number => checkEpsilon(epsilon) * Math.tanh(epsilon / 2) * (1 + 1e-15);

/** Rho of (discrete) Gaussian noise: Δ²/(2σ²). **Units** both in one unit, L2. **Throws** `usage.invalid`. */
export function rhoOfGaussian({ sensitivity, noiseStd }: { sensitivity: number; noiseStd: number }): number {
  for (const [at, value] of Object.entries({ sensitivity, noiseStd })) {
    if (typeof value !== 'number' || !(value > 0 && value < Infinity)) throw new Fault('usage.invalid', 'A positive finite number is needed.', { at });
  }
  return ((sensitivity / noiseStd) ** 2 / 2) * (1 + 1e-15);
}

/** The deviation that pays for a rho: Δ/√(2ρ), from above. **Units** that of the sensitivity, L2. **Throws** `usage.invalid`. */
export function noiseStdOfRho({ sensitivity, rho }: { sensitivity: number; rho: number }): number {
  checkRho(rho);
  if (typeof sensitivity !== 'number' || !(sensitivity > 0 && sensitivity < Infinity)) throw new Fault('usage.invalid', 'A positive finite number is needed.', { at: 'sensitivity' });
  return (sensitivity / Math.sqrt(2 * rho)) * (1 + 1e-15);
}

/** Where a function with one valley has it, by golden sections of ln(α − 1). */
function leastPlace(bound: (logOrder: number) => number): number {
  const golden = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [-25, 40];
  let [a, b] = [high - golden * (high - low), low + golden * (high - low)];
  let [atA, atB] = [bound(a), bound(b)];
  for (let i = 0; i < 90; i += 1) {
    if (atA < atB) {
      [high, b, atB] = [b, a, atA];
      a = high - golden * (high - low);
      atA = bound(a);
    } else {
      [low, a, atA] = [a, b, atB];
      b = low + golden * (high - low);
      atB = bound(b);
    }
  }
  return atA < atB ? a : b;
}

function checkRho(rho: number): void {
  if (typeof rho !== 'number' || !(rho > 0 && rho < Infinity)) throw new Fault('usage.invalid', 'Rho has to be a positive finite number.', { at: 'rho' });
}
