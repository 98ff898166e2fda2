import type { CarrierDemand, Checkpoint, MeasuredCheckpoint, MeasuredDemand, UnitCount } from '@podnet/plan';
import type { Frame, Table } from '../polars.ts';
import { areApart, countRows, type Counter, type Found } from './counted-rows.ts';
import { hiddenKeys, type OneUnit, type QueryFrame } from './query-frame.ts';
import { suppressed, type Suppressing } from './suppression.ts';

/** Rows at a checkpoint, counted, without those that suppression dropped. */
export interface Checked {
  readonly measured: MeasuredCheckpoint;
  readonly frame: QueryFrame;
  /** The rows at hand: of groups all, of single units at most one more than may be given. */
  readonly table: Table;
  /** What was counted of sets, and the table that holds their tokens. */
  readonly found: readonly Found[];
  tableOf(found: Found): Table;
  readonly dropped: number;
}

const exactly = (units: number): UnitCount => ({ units, atLeast: false });

/** Counts what the demands of a checkpoint speak of. */
export function check(counter: Counter, { demands }: Checkpoint, frame: QueryFrame, suppressing: Suppressing, mostRows: number): Checked {
  const ones = demands.flatMap((demand) => (carriedBy(frame, demand).kind === 'one' ? [demand] : []));
  return ones.length > 0 ? checkRows(counter, demands, frame, suppressing, mostRows) : checkGroups(counter, demands, frame, suppressing);
}

function carriedBy(frame: QueryFrame, { carrier }: CarrierDemand) {
  const carried = frame.carriers.get(carrier);
  if (carried === undefined) throw new Error('A carrier that has to be counted did not come along.');
  return carried;
}

function checkGroups(counter: Counter, demands: readonly CarrierDemand[], frame: QueryFrame, suppressing: Suppressing): Checked {
  const { pl } = counter;
  const keys = [...new Set([...frame.columns.values(), ...hiddenKeys(frame)])];
  let table = counter.collect(frame.frame.select(...keys.map((key) => pl.col(key))));
  const found: Found[] = [];
  for (const demand of demands) {
    const carried = carriedBy(frame, demand);
    if (carried.kind === 'one') throw new Error('A row of one unit is counted elsewhere.');
    // Carriers that hold everybody share their sets.
    const known = found.find((one) => isCountedAlike(one, carried, demand));
    const counted = known === undefined ? countRows(counter, table, carried, demand) : { table, found: { ...known, demand } };
    table = counted.table;
    found.push(counted.found);
  }
  const kept = suppressed(counter, table, found, suppressing);
  const counts: MeasuredDemand[] = [];
  for (const one of found) counts.push(counts[found.findIndex((other) => isCountedAlike(other, one.set, one.demand))] ?? measuredOf(counter, kept.table, one));
  return { measured: { demands: counts }, frame: { ...frame, frame: kept.table.lazy() }, table: kept.table, found, tableOf: () => kept.table, dropped: kept.dropped };
}

const isCountedAlike = ({ set, demand }: Found, carried: Found['set'], { demand: asked }: CarrierDemand): boolean => set === carried && demand.demand === asked;

/** Smallest set over the rows, and all of them together. */
function measuredOf(counter: Counter, table: Table, { demand, set, units, exact }: Found): MeasuredDemand {
  const { pl } = counter;
  const rows = table.lazy().filter(pl.col(units).isNotNull());
  const [least] = counter.collect(rows.select(
    pl.col(units).min().alias('any'), pl.col(units).filter(pl.col(exact)).min().alias('exact'), pl.col(units).max().alias('most'), pl.len().alias('rows'),
    pl.col(units).sum().alias('sum'), pl.col(exact).all().alias('all'), pl.struct(set.tokens.map((token) => pl.col(token))).nUnique().alias('sets'),
  )).toRecords();
  const number = (key: string): number => Number(least![key]);
  const smallest: UnitCount | null = number('rows') === 0 ? null : { units: number('any'), atLeast: least!['exact'] === null || number('exact') > number('any') };
  if (demand.demand !== 'every') return { smallest, total: null };
  if (number('rows') === 0) return { smallest, total: exactly(0) };
  // Where every row is a unit of its own, groups share nobody.
  if (areApart(counter, set, demand.carrier) && number('sets') === number('rows')) return { smallest, total: exactly(number('sum')) };
  return { smallest, total: { units: number('most'), atLeast: !(number('sets') === 1 && least!['all'] === true) } };
}

/**
 * Rows of single units: one unit in each, or none. They are counted as they will be given; where they are more than may be given, without being taken.
 */
function checkRows(counter: Counter, demands: readonly CarrierDemand[], frame: QueryFrame, suppressing: Suppressing, mostRows: number): Checked {
  const { pl } = counter;
  const keys = [...new Set([...frame.columns.values(), ...hiddenKeys(frame)])];
  const left = suppressing.dropsRows(frame, demands) ? frame.frame.filter(pl.lit(false)) : frame.frame;
  const taken = counter.collect(left.select(...keys.map((key) => pl.col(key))).limit(mostRows + 1));
  const rows = taken.height <= mostRows ? taken.lazy() : left;
  const found: Found[] = [];
  const tables = new Map<Found, Table>();
  const measured = demands.map((demand): MeasuredDemand => {
    const carried = carriedBy(frame, demand);
    if (carried.kind === 'one') return countOnes(counter, rows, carried);
    const tokens = [...new Set([...carried.tokens, ...(carried.present === null ? [] : [carried.present]), ...(carried.tally?.rows ?? []), ...(carried.tally?.sums ?? []).flat()])];
    const sets = counter.collect(rows.select(...tokens.map((key) => pl.col(key))).unique());
    const counted = countRows(counter, sets, carried, demand);
    found.push(counted.found);
    tables.set(counted.found, counted.table);
    return measuredOf(counter, counted.table, counted.found);
  });
  return { measured: { demands: measured }, frame: { ...frame, frame: rows }, table: taken, found, tableOf: (one) => tables.get(one)!, dropped: 0 };
}

function countOnes({ pl, collect }: Counter, rows: Frame, { unit, present }: OneUnit): MeasuredDemand {
  const there = present === null ? rows : rows.filter(pl.col(present));
  const id = pl.col(unit);
  const [counted] = collect(there.select(pl.len().alias('rows'), id.count().alias('standing'), id.dropNulls().nUnique().alias('units'))).toRecords();
  const [all, standing, units] = ['rows', 'standing', 'units'].map((key) => Number(counted![key])) as [number, number, number];
  return { smallest: all === 0 ? null : exactly(standing < all ? 0 : 1), total: exactly(units) };
}
