import { col, type LazyPlan } from '@podnet/plan';
import type { BoxPlot, BoxValue } from '@podnet/plot';
import type { FetchedTable } from '../fetched-table.ts';
import { labelOf, numberOf, subtitleOf } from './cells.ts';
import type { PlotQuery } from './plot-query.ts';

export interface BoxWish {
  /** A box for each group of this column; one box unless told. */
  readonly by?: string;
  /** Percentiles 5, 25, 50, 75 and 95 in place of mean and deviation. The policy of every dataset has to allow order statistics. */
  readonly percentiles?: boolean;
  readonly title?: string;
  readonly unit?: string;
}

const shares = { low: 0.05, q1: 0.25, median: 0.5, q3: 0.75, high: 0.95 } as const;

/** What a box needs of each group. */
export function boxQuery(frame: LazyPlan, column: string, { by, percentiles = false, unit, title = by === undefined ? column : `${column} by ${by}` }: BoxWish = {}): PlotQuery<BoxPlot> {
  const value = col(column);
  const aggs = percentiles ? Object.entries(shares).map(([name, share]) => value.quantile(share).alias(name)) : [value.mean().alias('mean'), value.std().alias('sd')];
  return {
    plan: by === undefined ? frame.select(...aggs) : frame.groupBy(col(by).alias('group')).agg(...aggs).sort('group'),
    plotOf: (table) => ({
      kind: 'box', title, subtitle: subtitleOf(table), x: { label: by ?? '' }, y: { label: percentiles ? `${column}, 5th to 95th percentile` : column, ...(unit === undefined ? {} : { unit }) },
      boxes: table.rows.map((_row, at) => ({ label: by === undefined ? column : labelOf(table.column('group')[at]!), value: boxOf(table, at, percentiles) })),
    }),
  };
}

/** Null where a number of it is missing. */
function boxOf(table: FetchedTable, row: number, percentiles: boolean): BoxValue {
  const of = (name: string): number | null => numberOf(table.column(name)[row]);
  if (percentiles) {
    const [low, q1, median, q3, high] = Object.keys(shares).map(of);
    return [low, q1, median, q3, high].includes(null) ? null : { low: low!, q1: q1!, median: median!, q3: q3!, high: high! };
  }
  const [mean, sd] = [of('mean'), of('sd')];
  return mean === null || sd === null ? null : { mean, sd };
}

