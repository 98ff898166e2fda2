import type { ColumnType } from '@podnet/plan';
import type { Expression, Polars } from '../../polars.ts';
import { asDouble, nativeOf, widened } from '../native-type.ts';
import type { Part } from './compiling.ts';

type Operator = (pl: Polars, a: Expression, b: Expression) => Expression;

const orMissing = (pl: Polars, divisor: Expression, value: Expression): Expression => pl.when(divisor.neq(pl.lit(0))).then(value).otherwise(pl.lit(null));

/** x ÷ y and its relatives in doubles; nothing is divided by 0 to a whole number. */
const inDoubles: Readonly<Record<string, Operator>> = {
  div: (_pl, a, b) => a.div(b),
  floorDiv: (pl, a, b) => orMissing(pl, b, a.div(b).floor()),
  mod: (pl, a, b) => orMissing(pl, b, a.sub(b.mul(a.div(b).floor()))),
  pow: (pl, a, b) => {
    // x^y = ±exp(y·ln|x|): negative for a negative x and an odd y, a number for a negative x only where y is whole.
    const whole = b.eq(b.floor());
    const size = b.mul(a.abs().log(Math.E)).exp();
    const signed = pl.when(a.lt(pl.lit(0)).and(b.div(pl.lit(2)).floor().mul(pl.lit(2)).neq(b))).then(size.mul(pl.lit(-1))).otherwise(size);
    const exact = pl.when(whole.and(a.eq(a.floor())).and(size.lt(pl.lit(1e13))).and(b.gtEq(pl.lit(0)))).then(signed.round(0)).otherwise(signed);
    return pl.when(b.eq(pl.lit(0))).then(pl.lit(1)).when(a.gtEq(pl.lit(0)).or(whole)).then(exact).otherwise(pl.lit(Number.NaN));
  },
};

const asHeld: Readonly<Record<string, Operator>> = {
  add: (_pl, a, b) => a.add(b),
  sub: (_pl, a, b) => a.sub(b),
  mul: (_pl, a, b) => a.mul(b),
};

const isInstant = (type: ColumnType): boolean => type === 'date' || type === 'datetime';

/** Instants as whole milliseconds. */
const asMilliseconds = (pl: Polars, value: Expression, type: ColumnType): Expression => (isInstant(type) ? value.cast(pl.Datetime('ms')).cast(pl.Int64) : value.cast(pl.Int64, false));

export function arithmetic({ pl, fields: { op }, expression: { type }, operands, values }: Part<{ op: string }>): Expression {
  const [left, right] = operands;
  const [a, b] = values;
  if (type === 'duration' || isInstant(type)) return asHeld[op]!(pl, asMilliseconds(pl, a!, left!.type), asMilliseconds(pl, b!, right!.type)).cast(nativeOf(pl, type) as never);
  const held = asHeld[op];
  if (held !== undefined) return held(pl, widened(pl, a!, left!.type, type), widened(pl, b!, right!.type, type));
  const power = op === 'pow' && right!.kind === 'literal' ? (right!.fields as { value: unknown }).value : null;
  if (typeof power === 'number') return asDouble(pl, a!).pow(power).cast(nativeOf(pl, type) as never, false);
  return inDoubles[op]!(pl, asDouble(pl, a!), asDouble(pl, b!)).cast(nativeOf(pl, type) as never, false);
}

export const abs = ({ pl, expression, operands, values }: Part<unknown>): Expression => widened(pl, values[0]!, operands[0]!.type, expression.type === 'null' ? 'number' : expression.type).abs().cast(nativeOf(pl, expression.type) as never, false);

/** Bounds are constants; a missing bound makes the value missing. */
export function clip({ pl, expression: { type }, operands, values }: Part<unknown>): Expression {
  const [value, min, max] = values.map((one, index) => widened(pl, one, operands[index]!.type, type));
  const raised = pl.when(value!.lt(min!)).then(min!).otherwise(value!);
  const held = pl.when(raised.gt(max!)).then(max!).otherwise(raised);
  return pl.when(value!.isNotNull().and(min!.isNotNull()).and(max!.isNotNull())).then(held).otherwise(pl.lit(null));
}

/** x·10^d rounded, a half to the even neighbour, then ÷ 10^d. */
export function round({ pl, fields: { op, decimals }, expression: { type }, values }: Part<{ op: string; decimals: number }>): Expression {
  const scaled = asDouble(pl, values[0]!).mul(pl.lit(10 ** decimals));
  const cut = op === 'floor' ? scaled.floor() : op === 'ceil' ? scaled.ceil() : scaled.round(0);
  return cut.div(pl.lit(10 ** decimals)).cast(nativeOf(pl, type) as never, false);
}

const functions: Readonly<Record<string, (value: Expression) => Expression>> = {
  sqrt: (value) => value.pow(0.5),
  exp: (value) => value.exp(),
  log: (value) => value.log(Math.E),
  log10: (value) => value.log(10),
  sin: (value) => value.sin(),
  cos: (value) => value.cos(),
  tan: (value) => value.tan(),
};

export const math = ({ pl, fields: { op }, values }: Part<{ op: string }>): Expression => functions[op]!(asDouble(pl, values[0]!));
