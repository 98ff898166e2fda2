import type { ColumnType } from '@podnet/plan';
import type { Expression, Polars } from '../../polars.ts';
import { missing, nativeOf } from '../native-type.ts';
import type { Part } from './compiling.ts';

type Cast = (pl: Polars, value: Expression) => Expression;

const wholeForm = '^[+-]?[0-9]+$';
const numeralForm = '^[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?$';
const dateForm = '^[0-9]{4}-[0-9]{2}-[0-9]{2}$';
const datetimeForm = '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,3})?)?Z?$';

/** The value where its text has a form, else nothing. */
const fitting = (pl: Polars, value: Expression, form: string, read: Expression): Expression => pl.when(value.str.contains(form, false)).then(read).otherwise(pl.lit(null));

const hundredth = (pl: Polars, value: Expression, group: number, form: string): Expression => {
  const found = value.str.extract(form, group).cast(pl.Float64, false);
  return pl.when(found.isNotNull()).then(found).otherwise(pl.lit(0));
};

const timeForm = 'T([0-9]{2}):([0-9]{2})(?::([0-9]{2}(?:\\.[0-9]+)?))?';

/** Texts that are read as instants: the forms of `instantOf`. A time of day beyond the day is none. */
function datetimeOf(pl: Polars, value: Expression): Expression {
  const day = value.str.slice(0, 10).str.strptime(pl.Date, '%Y-%m-%d').cast(pl.Datetime('ms')).cast(pl.Int64);
  const [hours, minutes, seconds] = [1, 2, 3].map((group) => hundredth(pl, value, group, timeForm));
  const ms = hours!.mul(pl.lit(3_600_000)).add(minutes!.mul(pl.lit(60_000))).add(seconds!.mul(pl.lit(1_000))).round(0).cast(pl.Int64);
  const inDay = hours!.lt(pl.lit(24)).and(minutes!.lt(pl.lit(60))).and(seconds!.lt(pl.lit(60)));
  return fitting(pl, value, datetimeForm, pl.when(inDay).then(day.add(ms)).otherwise(pl.lit(null))).cast(pl.Datetime('ms'));
}

/** Readings of a text that can fail, each as strict as JavaScript's: what does not fit is missing. */
const ofText: Readonly<Record<string, Cast>> = {
  integer: (pl, value) => fitting(pl, value, wholeForm, value.cast(pl.Int64, false)),
  number: (pl, value) => fitting(pl, value, numeralForm, value.cast(pl.Float64, false)),
  boolean: (pl, value) => pl.when(value.eq(pl.lit('true'))).then(pl.lit(true)).when(value.eq(pl.lit('false'))).then(pl.lit(false)).otherwise(pl.lit(null)),
  date: (pl, value) => fitting(pl, value, dateForm, value.str.strptime(pl.Date, '%Y-%m-%d')),
  datetime: datetimeOf,
};

/** A whole double without a point, as it would be written. */
const wholeAsText: Cast = (pl, value) => pl.when(value.eq(value.floor()).and(value.abs().lt(pl.lit(1e15)))).then(value.cast(pl.Int64, false).cast(pl.Utf8)).otherwise(value.cast(pl.Utf8));

/** Casts by the types they lead from and to, where the native one is not meant. */
const special: Readonly<Partial<Record<ColumnType, Readonly<Record<string, Cast>>>>> = {
  text: ofText,
  number: { text: wholeAsText, boolean: (pl, value) => value.neq(pl.lit(0)) },
  integer: { boolean: (pl, value) => value.neq(pl.lit(0)) },
  date: { integer: (pl, value) => value.cast(pl.Datetime('ms')).cast(pl.Int64), number: (pl, value) => value.cast(pl.Datetime('ms')).cast(pl.Int64).cast(pl.Float64), text: (_pl, value) => value.dt.strftime('%Y-%m-%d') },
  datetime: { number: (pl, value) => value.cast(pl.Int64).cast(pl.Float64), text: (_pl, value) => value.dt.strftime('%Y-%m-%dT%H:%M:%S%.3f') },
};

export function cast({ pl, fields: { to }, operands, values }: Part<{ to: ColumnType }>): Expression {
  const from = operands[0]!.type;
  if (from === to) return values[0]!;
  if (from === 'null') return missing(pl, to);
  return special[from]?.[to]?.(pl, values[0]!) ?? values[0]!.cast(nativeOf(pl, to) as never, false);
}
