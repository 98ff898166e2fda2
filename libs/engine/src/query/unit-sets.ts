import type { Expression, Frame, Polars, Table } from '../polars.ts';
import type { Counter, Found } from './counted-rows.ts';
import { joinedByTokens } from './joined-by-tokens.ts';
import type { OneUnit, Tally, UnitSet } from './query-frame.ts';
import { hashed } from './scanning.ts';
import { summands, type Sums } from './sums.ts';

/** One set of units that an answer is about. `row`: which of the family; empty for all rows together. */
export interface CountedSet {
  readonly row: string;
  readonly size: number;
  /** Two keyed 64-bit sums over the units (`summands`), hexadecimal. Where a unit is a row, whose number names nobody in another version, they are keyed with the version too. */
  readonly sum: string;
}

/** All sets of one carrier at its checkpoint. */
export interface Family {
  readonly sets: readonly CountedSet[];
  /** The sets, but that of all rows together, are known to share nobody. */
  readonly isApart: boolean;
  /** **Shape** `row`, `unit`, distinct; those of one set of all rows have the row ''. */
  members(): Frame;
}

/** A text that names a row by its values: each with its length in front, so that no two rows have one text. */
function rowText(pl: Polars, keys: readonly string[]): Expression {
  const parts = keys.map((key) => {
    const text = pl.col(key).cast(pl.Utf8);
    return pl.when(text.isNull()).then(pl.lit('-;')).otherwise(text.str.lengths().cast(pl.Utf8).add(pl.lit(':')).add(text).add(pl.lit(';')));
  });
  return parts.reduce<Expression>((all, one) => all.add(one), pl.lit('='));
}

const wrapped = (value: unknown): bigint => BigInt.asUintN(64, BigInt(String(value).replace(/n$/, '')));
const hex = (sums: readonly bigint[]): string => sums.map((sum) => sum.toString(16).padStart(16, '0')).join('');

const sumColumns = (pl: Polars, unit: string, sums: Sums): Expression[] => (sums === null ? [] : summands(hashed(pl, pl.col(unit), sums)).map((one, index) => one.sum().cast(pl.Utf8).alias(`s${index}`)));

const sumOf = (record: Record<string, unknown>, sums: Sums): string => (sums === null ? '' : hex([wrapped(record['s0'] ?? 0), wrapped(record['s1'] ?? 0)]));

/**
 * The sets of groups or windows. `alone`: every unit is in one row of the source at most, and that in one set at most. `within`: a family whose sets share nobody holds all
 * of each set in one of its own.
 */
export function familyOfSets(counter: Counter, table: Table, { demand, set, units }: Found, sums: Sums, { alone, within }: { readonly alone: boolean; readonly within: boolean }): Family {
  const { pl, collect } = counter;
  const { pairs } = set;
  const there = (): Frame => table.lazy().filter(pl.col(units).isNotNull()).filter(pl.col(set.tokens[0]!).isNotNull());
  const keys = [...pairs.tokens, ...(pairs.side === null ? [] : [pairs.side])];
  const row = rowText(pl, keys.slice(1)).alias('row');
  const distinct = (by: readonly string[]): Frame => (alone || (pairs.distinct && by.length > 0) ? membersOf(counter, set, there()) : membersOf(counter, set, there()).groupBy([...by, pairs.unit], false).agg());
  const each = (): Frame => distinct(keys).select(row, pl.col(pairs.unit).alias('unit'));
  const total = (): Frame => distinct([]).select(pl.lit('').alias('row'), pl.col(pairs.unit).alias('unit'));
  const isEvery = demand.demand === 'every';
  const members = (): Frame => (isEvery ? pl.concat([each(), total()]) : each());
  const count = [pl.len().alias('size'), ...sumColumns(pl, pairs.unit, sums)];
  const tallied = sums === null || !alone ? null : (set.tally?.sums ?? null);
  const counted = (frame: Frame): CountedSet[] => collect(frame).toRecords().map((record) => ({ row: String(record['row']), size: Number(record['size']), sum: sumOf(record, sums) }));
  const sets = tallied === null ? counted(distinct(keys).groupBy(keys, false).agg(...count).withColumns(row)) : counted(talliedSets(pl, there(), set, units, tallied));
  if (!isEvery) return { members, sets, isApart: alone };
  // Sets that share nobody add up.
  const all = alone || within ? together(sets, sums) : collect(distinct([]).select(...count)).toRecords().map((record) => ({ row: '', size: Number(record['size']), sum: sumOf(record, sums) }))[0]!;
  return { members, sets: [...sets, all], isApart: sets.reduce((sum, { size }) => sum + size, 0) === all.size };
}

/** Sets that share nobody, as they were counted and summed on the way. **Shape** `row`, `size`, `s0`, `s1`. */
function talliedSets(pl: Polars, rows: Frame, { tokens, tally }: UnitSet, units: string, sums: NonNullable<Tally['sums']>): Frame {
  const { sides, rows: counts } = tally!;
  const side = 'side';
  const parts = sums.map((halves, index): Frame => {
    const named = sides === null ? rows : rows.withColumns(pl.lit(sides[index]!).cast(pl.Int64).alias(side));
    const size = pl.col(sides === null ? units : counts[index]!).alias('size');
    const row = rowText(pl, [...tokens.slice(1), ...(sides === null ? [] : [side])]).alias('row');
    const part = named.select(row, size.cast(pl.Float64), ...halves.map((key, half) => pl.col(key).cast(pl.Utf8).alias(`s${half}`))).unique();
    return sides === null ? part : part.filter(pl.col('size').gt(pl.lit(0)));
  });
  return parts.length === 1 ? parts[0]! : pl.concat(parts);
}

function together(sets: readonly CountedSet[], sums: Sums): CountedSet {
  const size = sets.reduce((all, one) => all + one.size, 0);
  const half = (at: number): bigint => BigInt.asUintN(64, sets.reduce((all, { sum }) => all + BigInt(`0x${sum.slice(at, at + 16)}`), 0n));
  return { row: '', size, sum: sums === null ? '' : hex([half(0), half(16)]) };
}

/** **Shape** tokens, the unit, and for sides the side; not distinct. */
function membersOf({ pl }: Counter, { tokens, pairs }: UnitSet, rows: Frame): Frame {
  const wanted = rows.select(...tokens.map((token) => pl.col(token))).unique();
  return joinedByTokens(pairs.frame().filter(pl.col(pairs.unit).isNotNull()), pairs.tokens, wanted, tokens, 'semi');
}

/** Rows of single units are one set together; one by one they are nobody's crowd. */
export function familyOfRows(counter: Counter, rows: Frame, { unit, present }: OneUnit, sums: Sums): Family {
  const { pl, collect } = counter;
  const there = present === null ? rows : rows.filter(pl.col(present));
  const members = (): Frame => there.filter(pl.col(unit).isNotNull()).select(pl.lit('').alias('row'), pl.col(unit).alias('unit')).unique();
  const [record] = collect(members().select(pl.len().alias('size'), ...sumColumns(pl, 'unit', sums))).toRecords();
  return { members, isApart: true, sets: [{ row: '', size: Number(record!['size']), sum: sumOf(record!, sums) }] };
}
