import { convolvePowers } from './fourier.ts';
import type { Losses } from './step-losses.ts';

/** What is cut off at either end of a sum of losses. It counts as infinite loss. */
const tail = 1e-16;

/** A longer transform would take a second. */
const mostPlaces = 2 ** 20;

/**
 * The losses of many steps, for both directions; undefined when their sums need a wider grid.
 *
 * The sums are followed in a window that Chernoff's bound gives; the cyclic transform folds what lies outside into it, so the upper part is
 * charged as infinite on top. What the transform itself blurs is seen in its negative masses, and twice their sum is charged as well, and for
 * each step what the power may have taken from the total.
 */
export function composeLosses(first: Losses, second: Losses, steps: number): [Losses, Losses] | undefined {
  if (steps === 1) return [first, second];
  const both = [first, second] as const;
  const windows = both.map((losses) => windowOf(losses, steps));
  const places = Math.max(...windows.map(({ low, high }) => high - low + 1));
  const length = 2 ** Math.max(4, Math.ceil(Math.log2(places)));
  if (!(length <= mostPlaces)) return undefined;
  const [a, b] = both.map(({ first: start, mass }) => {
    const folded = new Float64Array(length);
    for (let i = 0; i < mass.length; i += 1) folded[modulo(start + i, length)]! += mass[i]!;
    return folded;
  }) as [Float64Array, Float64Array];
  convolvePowers(a, b, steps);
  return [unfold(first, a, windows[0]!, steps), unfold(second, b, windows[1]!, steps)];
}

function unfold(step: Losses, folded: Float64Array, { low, high }: { low: number; high: number }, steps: number): Losses {
  const mass = new Float64Array(high - low + 1);
  let blurred = 0;
  for (let i = 0; i < mass.length; i += 1) {
    const value = folded[modulo(low + i, folded.length)]!;
    if (value >= 0) mass[i] = value;
    else blurred -= value;
  }
  // 1 − (1 − m)^T.
  const lost = -Math.expm1(steps * Math.log1p(-step.infinity));
  return { interval: step.interval, first: low, mass, infinity: lost + tail + 2 * blurred + steps * 4e-16 };
}

/** Where the sum of `steps` losses lies but for `tail` at either end. */
function windowOf(losses: Losses, steps: number): { low: number; high: number } {
  const { interval, first, mass } = losses;
  let [mean, square, total] = [0, 0, 0];
  for (let i = 0; i < mass.length; i += 1) {
    const loss = (first + i) * interval;
    total += mass[i]!;
    mean += mass[i]! * loss;
    square += mass[i]! * loss * loss;
  }
  const spread = Math.sqrt(Math.max(1e-300, square / total - (mean / total) ** 2) * steps);
  const wanted = -Math.log(tail);
  let [high, low] = [Infinity, -Infinity];
  for (let i = -16; i <= 4; i += 1) {
    const order = (Math.sqrt(2 * wanted) / spread) * 2 ** (i / 2);
    // P[S ≥ u] ≤ e^(T·K(λ) − λu) and P[S ≤ l] ≤ e^(T·K(−λ) + λl).
    high = Math.min(high, (steps * cumulant(losses, order) + wanted) / order);
    low = Math.max(low, -(steps * cumulant(losses, -order) + wanted) / order);
  }
  const last = first + mass.length - 1;
  return { low: Math.max(steps * first, Math.floor(low / interval)), high: Math.min(steps * last, Math.ceil(high / interval)) };
}

/** ln Σ mass·e^(order·loss); Infinity where it is too large to say. */
function cumulant({ interval, first, mass }: Losses, order: number): number {
  const ratio = Math.exp(order * interval);
  // From the end with the smaller powers, so that the product grows and rounding stays relative to what counts.
  const [start, direction] = order > 0 ? [0, 1] : [mass.length - 1, -1];
  const factor = order > 0 ? ratio : 1 / ratio;
  let weight = 1;
  let sum = 0;
  for (let i = 0; i < mass.length; i += 1) {
    sum += mass[start + direction * i]! * weight;
    weight *= factor;
  }
  return Math.log(sum) * (sum > 1 ? 1 + 1e-9 : 1) + 1e-12 + order * (first + start) * interval;
}

const modulo = (value: number, length: number): number => ((value % length) + length) % length;
