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
 * infinities have the nearer bound's.
 */
export function ticksOf(pl: Polars, value: Expression, { lower, upper, granularity }: DeclaredBounds): Expression {
  const x = value.cast(pl.Float64, false);
  // NaN is above all numbers here, infinity too; what is missing is in no case.
  const held = pl.when(x.lt(pl.lit(lower))).then(double(pl, lower)).when(x.ltEq(pl.lit(upper))).then(x).when(x.ltEq(pl.lit(Number.POSITIVE_INFINITY))).then(double(pl, upper)).otherwise(pl.lit(null));
  const parts = granularity === 1 ? held : held.div(double(pl, granularity));
  // ⌊q + ½⌋ rounds before it cuts (0.49999999999999994 + ½ is 1); ⌊(⌊2q⌋ + 1) ÷ 2⌋ is exact.
  return parts.mul(double(pl, 2)).floor().add(double(pl, 1)).div(double(pl, 2)).floor().cast(pl.Int64, false);
}

/** A whole number of JavaScript would be one of the native library, and a division of such is another division. */
const double = (pl: Polars, value: number): Expression => pl.lit(value).cast(pl.Float64);
