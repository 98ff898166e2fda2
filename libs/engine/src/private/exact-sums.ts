import type { Expression, Polars } from '../polars.ts';

/** Rows of a table, at most. */
const mostRows = 2 ** 31;
const step = 2 ** 26;

/** A sum of whole numbers that is exact however many rows there are. */
export interface ExactSum {
  /** Aggregates, under the names of the sum. */
  readonly expressions: readonly Expression[];
  /** From what they came to, as digits. */
  value(read: (name: string) => string | null): bigint;
}

/**
 * Σ of whole numbers of 64 bits of at most `most` each; missing ones count as 0. Where 2³¹ rows could pass 64 bits, high and low halves are summed apart.
 *
 * **Units** `most` ≤ 2⁵³: halves are told apart by doubles, which hold such numbers exactly.
 */
export function exactSum(pl: Polars, value: Expression, most: number, name: string): ExactSum {
  if (most * mostRows < 2 ** 62) return { expressions: [value.sum().alias(name)], value: (read) => BigInt(read(name) ?? '0') };
  const high = value.cast(pl.Float64).div(pl.lit(step)).floor().cast(pl.Int64);
  const low = value.sub(high.mul(pl.lit(step).cast(pl.Int64)));
  return {
    expressions: [high.sum().alias(`${name}h`), low.sum().alias(`${name}l`)],
    value: (read) => BigInt(read(`${name}h`) ?? '0') * BigInt(step) + BigInt(read(`${name}l`) ?? '0'),
  };
}
