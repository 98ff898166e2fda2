import type { PublishedColumn } from '@podnet/contracts';
import { canonicalValue } from '@podnet/learning';
import { isList, type ColumnType } from '@podnet/plan';
import { cellsOf } from '../cell.ts';
import type { Expression, Polars } from '../polars.ts';
import type { SourceColumn } from '../source.ts';
import { missing, nativeOf } from './native-type.ts';

/** How a column is read by its published kind. **Shape** (rows); what does not fit the kind is missing. */
export function readPublished(pl: Polars, { kind, domain }: PublishedColumn, column: SourceColumn, type: ColumnType): Expression {
  if (isList(type)) return pl.col(column.key).cast(nativeOf(pl, type) as never, false);
  if (column.storage === 'nested') return missing(pl, type);
  if (kind === 'category') return readCategory(pl, column, domain?.values ?? []);
  return readers[kind](pl, column, type);
}

type Reader = (pl: Polars, column: SourceColumn, type: ColumnType) => Expression;

const readers: Readonly<Record<Exclude<PublishedColumn['kind'], 'category'>, Reader>> = {
  number: (pl, column) => (column.storage === 'integer' ? pl.col(column.key).cast(pl.Float64) : cellsOf(pl, column).number.cast(pl.Float64)),
  integer: (pl, column) => {
    if (column.storage === 'integer') return pl.col(column.key).cast(pl.Int64, false);
    const { number } = cellsOf(pl, column);
    return pl.when(number.eq(number.floor())).then(number).otherwise(pl.lit(null)).cast(pl.Int64, false);
  },
  boolean: (pl, column) => (column.storage === 'boolean' ? pl.col(column.key) : cellsOf(pl, column).truth.cast(pl.Float64).eq(pl.lit(1))),
  text: (pl, column) => cellsOf(pl, column).text.cast(pl.Utf8),
  date: (pl, column, type) => (column.storage === 'date' ? pl.col(column.key).cast(pl.Datetime('ms')) : readInstant(pl, cellsOf(pl, column).text.cast(pl.Utf8))).cast(nativeOf(pl, type) as never),
};

/**
 * A category in its published domain. Values outside it are missing, as when it is loaded: a rare value must not show by its effect, and a declared
 * domain is what the custodian has agreed to. `1`, `1.0` and ` 1` are one value.
 */
function readCategory(pl: Polars, column: SourceColumn, domain: readonly string[]): Expression {
  const { text, numeral } = cellsOf(pl, column);
  const numbers = domain.filter((value) => value.trim() !== '' && Number.isFinite(Number(value)) && canonicalValue(Number(value)) === value);
  const whole = numbers.filter((value) => Number.isSafeInteger(Number(value)));
  const texts = domain.filter((value) => !numbers.includes(value));
  let read: Expression = pl.lit(null).cast(pl.Utf8);
  if (whole.length > 0) read = pl.when(isOneOf(pl, numeral, whole.map(Number))).then(numeral.cast(pl.Int64, false).cast(pl.Utf8)).otherwise(read);
  for (const value of numbers.filter((one) => !whole.includes(one))) read = pl.when(numeral.eq(pl.lit(Number(value)))).then(pl.lit(value)).otherwise(read);
  if (texts.length > 0) read = pl.when(texts.length === 1 ? text.eq(pl.lit(texts[0]!)) : text.isIn(texts)).then(text.cast(pl.Utf8)).otherwise(read);
  return read;
}

const isOneOf = (pl: Polars, value: Expression, members: readonly number[]): Expression => (members.length === 1 ? value.eq(pl.lit(members[0]!)) : value.isIn([...members]));

const clock = '[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2}(?:\\.[0-9]{1,9})?))?';
const offset = '([+-])([0-9]{2}):?([0-9]{2})$';
const instantForm = `^[0-9]{4}-[0-9]{2}-[0-9]{2}(${clock}(Z|[+-][0-9]{2}:?[0-9]{2})?)?$`;

/** A day, or a day and a time with or without an offset, as ISO 8601 writes them; UTC unless it says otherwise. */
function readInstant(pl: Polars, text: Expression): Expression {
  const part = (form: string, group: number): Expression => {
    const found = text.str.extract(form, group).cast(pl.Float64, false);
    return pl.when(found.isNotNull()).then(found).otherwise(pl.lit(0));
  };
  const day = text.str.slice(0, 10).str.strptime(pl.Date, '%Y-%m-%d').cast(pl.Datetime('ms')).cast(pl.Int64);
  const time = part(clock, 1).mul(pl.lit(3_600_000)).add(part(clock, 2).mul(pl.lit(60_000))).add(part(clock, 3).mul(pl.lit(1_000)));
  const timed = text.str.contains('[T ]', false);
  const away = part(offset, 2).mul(pl.lit(3_600_000)).add(part(offset, 3).mul(pl.lit(60_000)));
  const ahead = pl.when(text.str.extract(offset, 1).eq(pl.lit('-'))).then(away.mul(pl.lit(-1))).otherwise(away);
  const ms = pl.when(timed).then(time.sub(ahead)).otherwise(pl.lit(0)).round(0).cast(pl.Int64);
  return pl.when(text.str.contains(instantForm, false)).then(day.add(ms)).otherwise(pl.lit(null)).cast(pl.Datetime('ms'));
}
