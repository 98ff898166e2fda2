import type { CarrierDemand } from '@podnet/plan';
import type { Frame, Table } from '../polars.ts';
import { countTogether, type Counter, type Found } from './counted-rows.ts';
import type { QueryFrame } from './query-frame.ts';

/** Below which number of units rows are dropped, by carrier; null where the dataset's small groups are refused instead. */
export interface Suppressing {
  least(carrier: number): number | null;
  /** Whether rows of single units are too small as they are. */
  dropsRows(frame: QueryFrame, demands: readonly CarrierDemand[]): boolean;
}

export const suppressingBy = (least: Suppressing['least']): Suppressing => ({
  least,
  dropsRows: (frame, demands) => demands.some(({ carrier }) => frame.carriers.get(carrier)?.kind === 'one' && (least(carrier) ?? 0) > 1),
});

/**
 * Drops rows whose demands fail, and then further ones, smallest first, until all that were dropped have 0 or enough units together: a total would give a
 * smaller number back.
 */
export function suppressed(counter: Counter, table: Table, found: readonly Found[], { least }: Suppressing): { table: Table; dropped: number } {
  const { pl, keys, collect } = counter;
  const asked = found.filter(({ demand }) => least(demand.carrier) !== null);
  if (asked.length === 0 || table.height === 0) return { table, dropped: 0 };
  const place = keys.next();
  const gone = keys.next();
  const fails = asked.map(({ demand, units }) => pl.col(units).isNotNull().and(pl.col(units).lt(pl.lit(least(demand.carrier)!)))).reduce((all, one) => all.or(one));
  let rows = collect(table.lazy().withRowIndex(place).withColumns(fails.alias(gone)));
  const dropped = (): Frame => rows.lazy().filter(pl.col(gone));
  for (;;) {
    const short = asked.find((one) => countTogether(counter, one, dropped()).some((units) => units > 0 && units < least(one.demand.carrier)!));
    if (short === undefined) break;
    const [next] = collect(rows.lazy().filter(pl.col(gone).not()).sort([pl.col(short.units), pl.col(place)], [false, false], [true, true], true).head(1).select(pl.col(place))).toRecords();
    if (next === undefined) break;
    rows = collect(rows.lazy().withColumns(pl.col(gone).or(pl.col(place).eq(pl.lit(Number(next[place])))).alias(gone)));
  }
  const kept = collect(rows.lazy().filter(pl.col(gone).not()));
  return { table: kept, dropped: table.height - kept.height };
}
