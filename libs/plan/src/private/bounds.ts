import type { DeclaredBounds } from './metadata.ts';

/** Between which numbers a value lies, and the step it is rounded to. Null: not known. */
export type Bounds = DeclaredBounds | null;

/** Whole numbers stay exact up to here; whatever is larger is as good as unbounded. */
const largest = 2 ** 53;

/** Steps between the bounds, at most: sums of squares of so many stay countable, and no step is so fine that it says nothing. */
const steps = 2 ** 32;

/** Bounds that can be worked with. Null where a number is not finite or too large. */
export function fit(lower: number, upper: number, granularity: number): Bounds {
  const size = Math.max(Math.abs(lower), Math.abs(upper));
  if (!(lower <= upper) || !(size <= largest) || !(granularity > 0) || !Number.isFinite(granularity)) return null;
  // A zero has no sign.
  return { lower: lower + 0, upper: upper + 0, granularity: Math.max(granularity, size / steps) };
}

/** A constant: whole, or a decimal of up to six digits after the point. */
export function exactly(value: number): Bounds {
  const digits = [0, 1, 2, 3, 4, 5, 6].find((count) => Number(value.toFixed(count)) === value);
  return fit(value, value, digits === undefined ? Math.abs(value) / steps : 10 ** -digits);
}

type Two = (a: DeclaredBounds, b: DeclaredBounds) => Bounds;

const both = (act: Two) => (a: Bounds, b: Bounds): Bounds => (a === null || b === null ? null : act(a, b));

const finer = (a: DeclaredBounds, b: DeclaredBounds): number => Math.min(a.granularity, b.granularity);

const isConstant = ({ lower, upper }: DeclaredBounds): boolean => lower === upper;

/** [a, b] + [c, d] = [a + c, b + d]. */
export const sum = both((a, b) => fit(a.lower + b.lower, a.upper + b.upper, finer(a, b)));

/** [a, b] − [c, d] = [a − d, b − c]. */
export const difference = both((a, b) => fit(a.lower - b.upper, a.upper - b.lower, finer(a, b)));

/** The least and the greatest of the four products of ends. A constant scales the step; steps of two values multiply. */
export const product = both((a, b) => {
  const ends = [a.lower * b.lower, a.lower * b.upper, a.upper * b.lower, a.upper * b.upper];
  const step = (one: DeclaredBounds): number => (isConstant(one) && one.lower !== 0 ? Math.abs(one.lower) : one.granularity);
  return fit(Math.min(...ends), Math.max(...ends), step(a) * step(b));
});

/** [a, b] ÷ c, for a constant that is not 0. */
export const scaled = (a: Bounds, divisor: number): Bounds => (a === null || divisor === 0 ? null : fit(Math.min(a.lower / divisor, a.upper / divisor), Math.max(a.lower / divisor, a.upper / divisor), a.granularity / Math.abs(divisor)));

/** Of a value that is one or the other. */
export const either = both((a, b) => fit(Math.min(a.lower, b.lower), Math.max(a.upper, b.upper), finer(a, b)));

export function magnitude(a: Bounds): Bounds {
  if (a === null) return null;
  const ends = [Math.abs(a.lower), Math.abs(a.upper)];
  return fit(a.lower <= 0 && a.upper >= 0 ? 0 : Math.min(...ends), Math.max(...ends), a.granularity);
}

/** Held between two constants; of an unbounded value these are the bounds. */
export function clipped(a: Bounds, min: number, max: number, isWhole: boolean): Bounds {
  if (!(min <= max)) return null;
  const held = (value: number): number => Math.min(Math.max(value, min), max);
  if (a !== null) return fit(held(a.lower), held(a.upper), a.granularity);
  return fit(min, max, isWhole ? 1 : Math.max(max - min, Math.abs(max), Math.abs(min), Number.MIN_VALUE) / 2 ** 20);
}

/** Rounded, cut down or up to so many decimals: both ends are. */
export function rounded(a: Bounds, op: 'round' | 'floor' | 'ceil', decimals: number): Bounds {
  if (a === null) return null;
  const unit = 10 ** decimals;
  const down = Math.floor(a.lower * unit) / unit;
  const up = Math.ceil(a.upper * unit) / unit;
  // Halves go up or away from zero: both are covered.
  const nearest = (value: number): number => Math.round(value * unit) / unit;
  const ends = { round: [Math.min(nearest(a.lower), -nearest(-a.lower)), Math.max(nearest(a.upper), -nearest(-a.upper))], floor: [down, Math.floor(a.upper * unit) / unit], ceil: [Math.ceil(a.lower * unit) / unit, up] }[op];
  return fit(ends[0]!, ends[1]!, Math.max(a.granularity, 1 / unit));
}

/** Cut towards zero, as casts to integers do. */
export const truncated = (a: Bounds): Bounds => (a === null ? null : fit(Math.trunc(a.lower), Math.trunc(a.upper), Math.max(1, a.granularity)));

/** Whole numbers between whole bounds, when there are not too many. */
export function wholeNumbers(a: Bounds, most: number): readonly number[] | null {
  if (a === null || !Number.isInteger(a.lower) || !Number.isInteger(a.upper) || a.upper - a.lower >= most) return null;
  return Array.from({ length: a.upper - a.lower + 1 }, (_, at) => a.lower + at);
}
