import type { TypedExpression } from '@podnet/plan';
import type { Expression, Polars } from '../polars.ts';
import type { Aggregate } from './aggregates.ts';
import { asDouble } from './native-type.ts';
import type { QueryWork } from './query-work.ts';

type Rounding = NonNullable<QueryWork['rounding']>;

/** Values seen by an aggregate, and where they are there. */
interface Seen {
  readonly values: Expression;
  readonly argument: TypedExpression;
}

/** Kinds that only choose between their operands, or add them up. */
const choosing: ReadonlySet<string> = new Set(['alias', 'cast', 'when', 'fillNull', 'arithmetic', 'abs', 'clip']);

/** A value that can only be one of the query's own constants: its sum is a number of rows, whatever it is multiplied by. */
export function isCountLike({ type, level, kind, operands }: TypedExpression): boolean {
  if (type === 'boolean' || level === 'literal') return true;
  return choosing.has(kind) && (kind === 'when' ? operands.slice(1) : operands).every(isCountLike);
}

/** To the nearest multiple of a step: ⌊v ÷ step + ½⌋ · step. */
const toMultiple = (pl: Polars, value: Expression, step: Expression): Expression => asDouble(pl, value).div(step).add(pl.lit(0.5)).floor().mul(step);

/** To some significant digits: with m = 10^(⌊log₁₀|v|⌋ + 1 − digits), the nearest multiple of m; 0 stays. */
export function toDigits(pl: Polars, value: Expression, digits: number): Expression {
  const double = asDouble(pl, value);
  const power = double.abs().log(10).floor().sub(pl.lit(digits - 1));
  // 10^p as a division where p < 0, so that 0.1 stays 0.1.
  const up = power.mul(pl.lit(Math.LN10)).exp().round(0);
  const down = power.mul(pl.lit(-Math.LN10)).exp().round(0);
  const rounded = pl.when(power.lt(pl.lit(0))).then(double.mul(down).add(pl.lit(0.5)).floor().div(down)).otherwise(double.div(up).add(pl.lit(0.5)).floor().mul(up));
  return pl.when(double.eq(pl.lit(0)).or(double.isNull())).then(double).otherwise(rounded);
}

/**
 * An aggregate of private rows as the policies let it be told. Numbers of rows to the nearest `counts`; sums to `sums` digits, and those that only count
 * rows (of masks, however scaled) besides to the nearest `counts` times the largest mask. Means are the rounded sum over the rounded number of values.
 * Variances have no parts that could be rounded and still be subtracted: the result has `sums` digits. Order statistics are somebody's value and stay.
 */
export function rounded(pl: Polars, { expression, argument, where }: Aggregate, keys: { argument: string | null; where: string | null }, exact: Expression, { counts, sums }: Rounding): Expression {
  const toStep = (value: Expression, size: Expression | null): Expression => (counts === null ? value : toMultiple(pl, value, size === null ? pl.lit(counts) : size.mul(pl.lit(counts))));
  if (argument === null || expression.kind === 'count') return toStep(exact, null).cast(pl.Int64);
  if (expression.kind !== 'moment') return exact;
  const column = pl.col(keys.argument!);
  const seen: Seen = { argument, values: where === null ? column : column.filter(pl.col(keys.where!)) };
  const sum = (): Expression => {
    const values = asDouble(pl, seen.values);
    const size = values.abs().max();
    const inSteps = isCountLike(argument) ? toStep(values.sum(), pl.when(size.gt(pl.lit(0))).then(size).otherwise(pl.lit(1))) : values.sum();
    return sums === null ? inSteps : toDigits(pl, inSteps, sums);
  };
  const how = (expression.fields as { op: string }).op;
  if (how === 'sum') return expression.type === 'integer' ? sum().round(0).cast(pl.Int64, false) : sum();
  if (how === 'sumOrNull') return pl.when(exact.isNotNull()).then(sum()).otherwise(pl.lit(null)).cast(expression.type === 'integer' ? pl.Int64 : pl.Float64, false);
  if (how !== 'mean') return sums === null ? exact : toDigits(pl, exact, sums);
  const values = toStep(seen.values.count(), null);
  return pl.when(values.gt(pl.lit(0))).then(sum().div(values)).otherwise(pl.lit(null));
}
