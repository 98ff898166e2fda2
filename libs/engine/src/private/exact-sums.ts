import type { Expression, Polars } from '../polars.ts';

/** A part of a sum: Σ over all parts of weight · Σ(rows) value is the sum, and no part can pass 2⁶³. */
export interface SumPart {
  readonly value: Expression;
  readonly weight: bigint;
}

/** The native library has fewer rows than this. */
const mostRows = 2 ** 32;
const mostAdded = 2 ** 63 / mostRows;
const cut = 2 ** 31;
const half = 2 ** 20;

/** Whole numbers of at most `most` to either side, held as doubles (so most < 2⁵³): they, or their high and low halves. */
function safely(pl: Polars, whole: Expression, most: number, weight: bigint): SumPart[] {
  if (most < mostAdded) return [{ value: whole.cast(pl.Int64, false), weight }];
  const high = whole.div(double(pl, cut)).floor();
  return [{ value: high.cast(pl.Int64, false), weight: weight * BigInt(cut) }, { value: whole.sub(high.mul(double(pl, cut))).cast(pl.Int64, false), weight }];
}

/** Σ of ticks, which are at most `most` (≤ 2⁴⁰) to either side. */
export function partsOfSum(pl: Polars, ticks: Expression, most: number): SumPart[] {
  return most < mostAdded ? [{ value: ticks, weight: 1n }] : safely(pl, ticks.cast(pl.Float64), most, 1n);
}

/** Σ of squares of ticks. Every product below is a double's whole number: t² = a²·2⁴⁰ + 2ab·2²⁰ + b², where t = a·2²⁰ + b. */
export function partsOfSquares(pl: Polars, ticks: Expression, most: number): SumPart[] {
  if (most * most < mostAdded) return [{ value: ticks.mul(ticks), weight: 1n }];
  const t = ticks.cast(pl.Float64);
  if (most < half) return safely(pl, t.mul(t), most * most, 1n);
  const a = t.div(double(pl, half)).floor();
  const b = t.sub(a.mul(double(pl, half)));
  const mostA = Math.ceil(most / half);
  return [
    ...safely(pl, a.mul(a), mostA * mostA, BigInt(half) ** 2n),
    ...safely(pl, a.mul(b), mostA * half, 2n * BigInt(half)),
    ...safely(pl, b.mul(b), half * half, 1n),
  ];
}

const double = (pl: Polars, value: number): Expression => pl.lit(value).cast(pl.Float64);
