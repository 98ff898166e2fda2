import { Fault } from '@podnet/errors';

/**
 * How a column of real numbers becomes whole ticks before anything is added up: each value on its own, clamped to declared bounds. Sums of
 * ticks are exact in any order, so their sensitivity is what arithmetic on paper says, and noise is added to integers only.
 */
export interface Quantiser {
  readonly granularity: number;
  readonly lowerTicks: number;
  readonly upperTicks: number;
  /** The tick of a value, or undefined when there is none: the row is left out before it is counted. **Units** value in, ticks out. */
  ticks(value: number | null | undefined): number | undefined;
  /** A number of ticks as a value, for what leaves. */
  value(ticks: number | bigint): number;
}

/** Sums of 2³² rows of this many ticks, squared, are no trouble for big integers; more would only be slow. */
const mostTicks = 2 ** 40;

/**
 * **Units** lower, upper and granularity in the column's unit. A lower bound of 0 is a bound.
 *
 * **Privacy** the map looks at one row at a time and its results lie within declared bounds whatever the row holds: NaN and missing values
 * have no tick, infinities become the nearer bound. **Throws** `usage.invalid` for bounds that are not finite and in order, a granularity
 * that is not positive, or more than 2⁴⁰ ticks to a side.
 *
 * **Source** Mironov 2012; Casacuberta, Shoemate, Vadhan and Wagaman 2022.
 */
export function quantiser({ lower, upper, granularity }: { lower: number; upper: number; granularity: number }): Quantiser {
  for (const [at, value] of Object.entries({ lower, upper, granularity })) {
    if (typeof value !== 'number' || !Number.isFinite(value)) throw new Fault('usage.invalid', 'A bound is a finite number.', { at });
  }
  if (!(lower < upper)) throw new Fault('usage.invalid', 'The lower bound has to be below the upper one.', { at: 'lower' });
  if (!(granularity > 0)) throw new Fault('usage.invalid', 'A granularity is above 0.', { at: 'granularity' });
  // -0 would be a second zero.
  const nearest = (value: number): number => Math.round(value / granularity) + 0;
  const [lowerTicks, upperTicks] = [nearest(lower), nearest(upper)];
  if (!(Math.max(Math.abs(lowerTicks), Math.abs(upperTicks)) <= mostTicks)) throw new Fault('usage.invalid', 'The granularity is too fine for these bounds.', { at: 'granularity' });
  if (lowerTicks === upperTicks) throw new Fault('usage.invalid', 'The granularity is too coarse for these bounds.', { at: 'granularity' });
  return {
    granularity,
    lowerTicks,
    upperTicks,
    ticks(value) {
      if (typeof value !== 'number' || Number.isNaN(value)) return undefined;
      if (value <= lower) return lowerTicks;
      if (value >= upper) return upperTicks;
      return Math.min(upperTicks, Math.max(lowerTicks, nearest(value)));
    },
    value: (ticks) => Number(ticks) * granularity,
  };
}
