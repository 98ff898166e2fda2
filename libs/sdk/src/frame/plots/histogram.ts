import { Fault } from '@podnet/errors';
import { col, len, when, type Expr, type LazyPlan } from '@podnet/plan';
import type { HistogramPlot } from '@podnet/plot';
import { numberOf, subtitleOf, valueOfMissing } from './cells.ts';
import type { PlotQuery } from './plot-query.ts';

export interface HistogramWish {
  /** Ascending ends of the bins: two or more. A bin has its lower end, the last one both. Values outside are not counted. */
  readonly breaks: readonly number[];
  readonly title?: string;
}

const mostBreaks = 200;

/** Rows by bin: a condition for each, never the values themselves. **Throws** `usage.invalid` for breaks that do not ascend. */
export function histogramQuery(frame: LazyPlan, column: string, { breaks, title = `Histogram of ${column}` }: HistogramWish): PlotQuery<HistogramPlot> {
  if (breaks.length < 2 || breaks.length > mostBreaks || !breaks.every((value, at) => Number.isFinite(value) && (at === 0 || breaks[at - 1]! < value))) {
    throw new Fault('usage.invalid', `Breaks are 2 to ${mostBreaks} numbers that ascend.`, { at: 'breaks' });
  }
  const value = col(column);
  const bins = breaks.slice(1, -1);
  const bin = bins.length === 0 ? null : bins.slice(1).reduce((chain, end, at) => chain.when(value.lt(end)).then(at + 1), when(value.lt(bins[0]!)).then(0)).otherwise(bins.length);
  return {
    plan: rowsByBin(frame.filter(value.isBetween(breaks[0]!, breaks.at(-1)!)), bin),
    plotOf(table) {
      const counts = new Map(bin === null ? [[0, numberOf(table.column('len')[0])]] : table.column('bin').map((key, row) => [numberOf(key), numberOf(table.column('len')[row])]));
      return {
        kind: 'histogram', title, subtitle: subtitleOf(table), x: { label: column }, y: { label: 'rows' },
        bins: breaks.slice(1).map((to, at) => ({ from: breaks[at]!, to, value: counts.has(at) ? counts.get(at)! : valueOfMissing(table) })),
      };
    },
  };
}

const rowsByBin = (inside: LazyPlan, bin: Expr | null): LazyPlan => (bin === null ? inside.select(len()) : inside.withColumns(bin.alias('bin')).groupBy('bin').agg(len()).sort('bin'));
