import type { Losses } from './step-losses.ts';

/** Sums of so many non-negative doubles are off by less than this. */
const rounding = 1e-12;

/** δ(ε) = P[loss infinite] + Σ over losses l > ε of (1 − e^(ε − l))·P[l]. */
export function deltaOfLosses({ interval, first, mass, infinity }: Losses, epsilon: number): number {
  let sum = 0;
  for (let i = mass.length - 1; i >= 0; i -= 1) {
    const loss = (first + i) * interval;
    if (loss <= epsilon) break;
    sum += -Math.expm1(epsilon - loss) * mass[i]!;
  }
  return Math.min(1, infinity + sum * (1 + rounding));
}

/**
 * The least ε with δ(ε) ≤ delta: Infinity when more than delta is lost anyway. From a grid point c up to the next one δ(ε) is
 * infinity + above − e^(ε − c)·scaled, with `above` the mass beyond c and `scaled` that mass times e^(c − l).
 */
export function epsilonOfLosses({ interval, first, mass, infinity }: Losses, delta: number): number {
  if (infinity > delta) return Infinity;
  const shrink = Math.exp(-interval);
  let [above, scaled] = [0, 0];
  for (let i = mass.length - 1; i >= 0; i -= 1) {
    const loss = (first + i) * interval;
    if (loss < 0) break;
    if (infinity + (above - scaled) * (1 + rounding) > delta) return crossing(loss, above, scaled, infinity - delta);
    scaled = (scaled + mass[i]!) * shrink;
    above += mass[i]!;
  }
  // The last point at or above 0, or the first of all: what is left of it up to 0 is carried on.
  const next = Math.max(0, Math.ceil(-first)) + first - 1;
  const point = Math.max(next, first - 1) * interval;
  return Math.max(0, crossing(point, above, scaled, infinity - delta));
}

function crossing(point: number, above: number, scaled: number, excess: number): number {
  const top = above * (1 + rounding) + excess;
  // Fewer than delta lies above: no epsilon is needed.
  return top <= 0 ? -Infinity : Math.max(0, point + Math.log(top / (scaled * (1 - rounding))) + 1e-13);
}
