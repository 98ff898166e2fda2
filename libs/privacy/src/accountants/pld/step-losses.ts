import { normalTail } from '../../numbers/normal.ts';

const { abs, ceil, exp, expm1, floor, log, log1p, max, min } = Math;

/** A distribution of privacy losses on multiples of a step: mass[i] at (first + i)·interval, the rest at infinity. */
export interface Losses {
  readonly interval: number;
  readonly first: number;
  readonly mass: Float64Array;
  readonly infinity: number;
}

/** How far noise is followed, in deviations: beyond lies 8e-24, which counts as infinite loss. */
const reach = 10;

/** More places for one step would take too long; then the grid is wider. */
const mostPlaces = 2 ** 18;

/**
 * The privacy losses of one Poisson-sampled Gaussian step, for removing a unit and for adding one, on one grid.
 *
 * Connecting the dots: what lies between two grid points is divided between both so that its probability under either table stays what it
 * is. The result dominates the true losses, and its delta is exact at the grid's epsilons. Masses come from the noise's own intervals, not
 * from differences of delta, so that no digits cancel; each division leans to the dearer side by more than its rounding.
 *
 * **Source** Doroshenko et al. 2022; Zhu, Dong and Wang 2022.
 */
export function stepLosses(q: number, sigma: number, wantedInterval: number): { remove: Losses; add: Losses } {
  const variance = sigma * sigma;
  const [logQ, logRest] = [log(q), log1p(-q)];
  /** ln of the density with the unit over the density without it, at x. */
  const lossAt = (x: number): number => {
    const own = logQ + (2 * x - 1) / (2 * variance);
    return max(own, logRest) + log1p(exp(-abs(own - logRest)));
  };
  const [least, most] = [lossAt(-reach * sigma), lossAt(1 + reach * sigma)];
  const interval = max(wantedInterval, (most - least) / mostPlaces);
  const low = floor(least / interval);
  const high = ceil(most / interval);
  const places = high - low + 1;

  /** Where the loss is e: σ² ln((e^e − (1 − q))/q) + 1/2. */
  const placeOf = (e: number): number => {
    // e^e − (1 − q), in the form that keeps its digits.
    const ratio = e > 1 ? e + log1p(-(1 - q) * exp(-e)) : log(max(0, q > 0.5 ? exp(e) - (1 - q) : expm1(e) + q));
    return variance * (ratio - logQ) + 0.5;
  };

  const remove = new Float64Array(places);
  const add = new Float64Array(places);
  const shrink = -expm1(-interval);
  /** The share of a bucket's mass p that goes to its cheaper end, where q is its mass on the other table times e^loss of that end. */
  const cheap = (p: number, scaled: number, slack: number): number => {
    const share = (scaled - p * (1 - shrink)) / shrink - 1e-10 * p - slack / shrink;
    // Not a number where e^loss is none: then all goes to the dearer end.
    return share > 0 ? min(p, share) : 0;
  };

  let x = placeOf(low * interval);
  const firstX = x;
  for (let i = 0; i + 1 < places; i += 1) {
    const loss = (low + i) * interval;
    const nextX = placeOf(loss + interval);
    const without = intervalMass(x / sigma, nextX / sigma);
    const shifted = intervalMass((x - 1) / sigma, (nextX - 1) / sigma);
    const own = (1 - q) * without.mass + q * shifted.mass;
    const slack = 4e-16 * max(without.level, (1 - q) * without.level + q * shifted.level);
    // Removing: the loss rises from here to the next place.
    const here = cheap(own, without.mass * exp(loss), slack * max(1, exp(loss)));
    remove[i]! += here;
    remove[i + 1]! += own - here;
    // Adding: losses are the negatives, so the cheaper end is the next place, at −(loss + interval).
    const there = cheap(without.mass, own * exp(-loss - interval), slack * max(1, exp(-loss)));
    add[places - 2 - i]! += there;
    add[places - 1 - i]! += without.mass - there;
    x = nextX;
  }
  // What lies below the grid is moved up to it, what lies above it is lost.
  const [lastU, lastV] = [x / sigma, (x - 1) / sigma];
  const [firstU, firstV] = [firstX / sigma, (firstX - 1) / sigma];
  remove[0]! += (1 - q) * normalTail(-firstU) + q * normalTail(-firstV);
  add[0]! += normalTail(lastU);
  return {
    remove: { interval, first: low, mass: remove, infinity: (1 - q) * normalTail(lastU) + q * normalTail(lastV) },
    add: { interval, first: -high, mass: add, infinity: normalTail(-firstU) },
  };
}

/** P[a < Z ≤ b], from the tail that is the smaller one; `level` is the size of what was subtracted. */
function intervalMass(a: number, b: number): { mass: number; level: number } {
  if (a >= 0) {
    const level = normalTail(a);
    return { mass: max(0, level - normalTail(b)), level };
  }
  if (b <= 0) {
    const level = normalTail(-b);
    return { mass: max(0, level - (a === -Infinity ? 0 : normalTail(-a))), level };
  }
  return { mass: 1 - normalTail(b) - (a === -Infinity ? 0 : normalTail(-a)), level: 1 };
}
