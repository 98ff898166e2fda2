import type { CarrierDemand } from '@podnet/plan';
import type { Expression, Frame, Polars, Table } from '../polars.ts';
import { joinedByTokens } from './joined-by-tokens.ts';
import type { Keys, UnitSet } from './query-frame.ts';

/** What counting needs to know of the surroundings. */
export interface Counter {
  readonly pl: Polars;
  readonly keys: Keys;
  collect(frame: Frame): Table;
  /** Greatest number of rows of one unit of the carrier's dataset. */
  mostRowsOfUnit(carrier: number): number;
  /** Sets at least this large are not counted further. */
  enough(carrier: number): number;
}

/** Keys of what a demand found in every row: how many units (nothing where the row lacks the carrier, or no side is there), and whether that is exact. */
export interface Found {
  readonly demand: CarrierDemand;
  readonly set: UnitSet;
  readonly units: string;
  readonly exact: string;
}

/** Counts the units behind every row for one demand: by the bound where it is enough, one by one elsewhere. */
export function countRows(counter: Counter, table: Table, set: UnitSet, demand: CarrierDemand): { table: Table; found: Found } {
  const { pl, keys } = counter;
  const found: Found = { demand, set, units: keys.next(), exact: keys.next() };
  const bound = lowerBound(counter, set, demand);
  const nobody = pl.col(set.tokens[0]!).isNull();
  const isThere = set.present === null ? pl.lit(true) : pl.col(set.present);
  const known = bound === null ? pl.lit(null).cast(pl.Float64) : bound.units;
  const exact = bound !== null && bound.exact;
  const enough = counter.enough(demand.carrier);
  const [lower, open] = [keys.next(), keys.next()];
  const isOpen = exact ? pl.lit(false) : isThere.and(nobody.not()).and(bound === null ? pl.lit(true) : pl.col(lower).lt(pl.lit(enough)));
  const marked = table.lazy().withColumns(known.alias(lower)).withColumns(isOpen.alias(open));
  const taken = exact ? null : counter.collect(marked);
  const looked = taken?.lazy() ?? marked;
  const counts = taken?.getColumn(open).toArray().some(Boolean) ? countExactly(counter, set, looked.filter(pl.col(open)), demand.demand) : null;
  const joined = counts === null ? looked.withColumns(pl.lit(null).cast(pl.Float64).alias(found.units)) : joinedByTokens(looked, set.tokens, counts.lazy().rename({ n: found.units }), set.pairs.tokens, 'left');
  const emptyCount = demand.demand === 'every' ? pl.lit(0) : pl.lit(null);
  const units = pl.when(pl.col(open)).then(demand.demand === 'every' ? orZero(pl, pl.col(found.units)) : pl.col(found.units)).when(isThere.and(nobody)).then(emptyCount).when(isThere).then(pl.col(lower)).otherwise(pl.lit(null));
  const done = joined.withColumns(units.cast(pl.Float64).alias(found.units), pl.lit(exact).or(pl.col(open)).or(nobody).alias(found.exact));
  return { table: counter.collect(done), found };
}

/** Every unit is in one row of the source at most, and that in one of the sets at most: what was counted is exact, and no two sets share anybody. */
export const areApart = (counter: Counter, { tally }: UnitSet, carrier: number): boolean => tally !== null && tally.times * counter.mostRowsOfUnit(carrier) === 1;

const orZero = (pl: Polars, value: Expression): Expression => pl.when(value.isNotNull()).then(value).otherwise(pl.lit(0));

/** R rows stand for at least R ÷ (times × most) units; for sides, the smallest side that has rows. */
function lowerBound(counter: Counter, { tally }: UnitSet, { carrier, demand }: CarrierDemand): { units: Expression; exact: boolean } | null {
  if (tally === null) return null;
  const { pl } = counter;
  const factor = tally.times * counter.mostRowsOfUnit(carrier);
  const isSide = demand === 'each-side';
  const bounds = tally.rows.map((key) => {
    const rows = pl.col(key).cast(pl.Float64);
    const units = factor === 1 ? rows : rows.div(pl.lit(factor)).ceil();
    return isSide ? pl.when(rows.gt(pl.lit(0))).then(units).otherwise(pl.lit(null)) : units;
  });
  const units = bounds.reduce((least, one) => pl.when(least.isNull().or(one.lt(least))).then(one).otherwise(least));
  return { units, exact: factor === 1 };
}

/** **Shape** tokens, `n`: distinct units of each set that a row of `rows` names; of the smallest side where sides are asked for. */
export function countExactly({ pl, collect }: Counter, { tokens, pairs }: UnitSet, rows: Frame, demand: CarrierDemand['demand']): Table {
  const wanted = rows.select(...tokens.map((token) => pl.col(token))).unique();
  const members = joinedByTokens(pairs.frame().filter(pl.col(pairs.unit).isNotNull()), pairs.tokens, wanted, tokens, 'semi');
  const bySide = members.groupBy([...pairs.tokens, ...(pairs.side === null ? [] : [pairs.side])], false).agg(pl.col(pairs.unit).nUnique().cast(pl.Float64).alias('n'));
  return collect(demand === 'every' ? bySide : bySide.groupBy([...pairs.tokens], false).agg(pl.col('n').min()));
}

/** Distinct units of all sets that some rows name together, by side; without sides one number. */
export function countTogether(counter: Counter, { demand, set, units }: Found, rows: Frame): number[] {
  const { pl, collect } = counter;
  const { tokens, pairs, present } = set;
  const there = (present === null ? rows : rows.filter(pl.col(present))).filter(pl.col(tokens[0]!).isNotNull());
  // Sets that share nobody add up.
  if (areApart(counter, set, demand.carrier)) {
    const counts = pairs.side === null ? [units] : set.tally!.rows;
    const [found] = collect(there.select(...[...new Set([...tokens, ...counts])].map((key) => pl.col(key))).unique().select(...counts.map((key, index) => pl.col(key).sum().cast(pl.Float64).alias(`n${index}`)))).toRecords();
    return counts.map((_key, index) => Number(found?.[`n${index}`] ?? 0));
  }
  const members = joinedByTokens(pairs.frame().filter(pl.col(pairs.unit).isNotNull()), pairs.tokens, there.select(...tokens.map((token) => pl.col(token))).unique(), tokens, 'semi');
  const counted = pairs.side === null ? members.select(pl.col(pairs.unit).nUnique().cast(pl.Float64).alias('n')) : members.groupBy([pairs.side], false).agg(pl.col(pairs.unit).nUnique().cast(pl.Float64).alias('n'));
  return (collect(counted).getColumn('n').toArray() as number[]).map(Number);
}

