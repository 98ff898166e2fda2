import { Fault } from '@podnet/errors';
import type { DeclaredBounds } from '@podnet/plan';
import type { Expression, Polars } from '../polars.ts';

/** More to a side are refused, as the quantiser of the privacy room refuses them. */
export const mostTicks = 2 ** 40;

/** The largest tick that bounds allow, to either side. **Throws** `usage.invalid` for bounds that ticks cannot count. */
export function largestTick({ lower, upper, granularity }: DeclaredBounds): number {
  if (!Number.isFinite(lower) || !Number.isFinite(upper) || !Number.isFinite(granularity) || !(granularity > 0) || !(lower <= upper)) throw new Fault('usage.invalid', 'Bounds are finite and in order, and a granularity is above 0.');
  const largest = Math.max(Math.abs(Math.round(lower / granularity)), Math.abs(Math.round(upper / granularity)));
  if (!(largest <= mostTicks)) throw new Fault('usage.invalid', 'The granularity is too fine for these bounds.');
  return largest;
}

/**
 * Ticks of single rows as whole numbers: x → ⌊clamp(x) ÷ granularity + ½⌋, as the quantiser of the privacy room has it. Missing values and NaN have none;
 * infinities have the nearer bound's. `isWhole`: the values are whole numbers of 64 bits.
 */
export function ticksOf(pl: Polars, value: Expression, { lower, upper, granularity }: DeclaredBounds, isWhole = false): Expression {
  const [least, most] = [nearest(lower / granularity), nearest(upper / granularity)];
  // A whole number of 64 bits is its own tick, also one that no double holds: such are out of bounds either way.
  if (isWhole && granularity === 1) return value.clip(least, most);
  const x = value.cast(pl.Float64, false);
  const parts = granularity === 1 ? x : x.div(isPowerOf2(granularity) ? double(pl, granularity) : divisor(pl, x, granularity));
  // ⌊q + ½⌋ rounds before it cuts (0.49999999999999994 + ½ is 1); ⌊(⌊2q⌋ + 1) ÷ 2⌋ is exact wherever it is not clamped. NaN stays one, and no whole number is made of it.
  return parts.mul(double(pl, 2)).floor().add(double(pl, 1)).div(double(pl, 2)).floor().clip(least, most).cast(pl.Int64, false);
}

/** -0 would be a second zero. */
const nearest = (value: number): number => Math.round(value) + 0;

/**
 * The granularity beside every value. A constant the library multiplies by its reciprocal, which is another number at half ticks, except where a part of the table has one row: whether
 * it has would decide a tick, so that one row's depended on the others'.
 */
const divisor = (pl: Polars, x: Expression, granularity: number): Expression => pl.when(x.isNotNull()).then(double(pl, granularity)).otherwise(pl.lit(null));

/** With a reciprocal that is exact too. */
const isPowerOf2 = (value: number): boolean => Math.abs(Math.log2(value)) <= 1_000 && 2 ** Math.round(Math.log2(value)) === value;

/** A whole number of JavaScript would be one of the native library, and a division of such is another division. */
const double = (pl: Polars, value: number): Expression => pl.lit(value).cast(pl.Float64);
