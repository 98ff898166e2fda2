import type { LazyPlan } from '@podnet/plan';
import type { BarPlot, BoxPlot, HeatMapPlot, HistogramPlot, LinePlot } from '@podnet/plot';
import type { FetchedTable } from '../fetched-table.ts';
import type { QueryOptions } from '../query-options.ts';
import { barQuery, type BarWish } from './bar.ts';
import { boxQuery, type BoxWish } from './box.ts';
import { correlationQuery, type CorrelationWish } from './correlation.ts';
import { histogramQuery, type HistogramWish } from './histogram.ts';
import { lineQuery, type LineWish } from './line.ts';
import type { PlotQuery } from './plot-query.ts';

/** Plots as data, from aggregates alone: `@podnet/plot` draws them as SVG or for a terminal. What was suppressed is shown as suppressed. */
export interface FramePlots {
  /** How many rows lie between breaks. */
  histogram(column: string, wish: HistogramWish, options?: QueryOptions): Promise<HistogramPlot>;
  /** A value for each group: the number of rows unless told otherwise. */
  bar(column: string, wish?: BarWish, options?: QueryOptions): Promise<BarPlot>;
  /** Mean and deviation of each group; five percentiles where asked for, which few policies release and which are not pooled. */
  box(column: string, wish?: BoxWish, options?: QueryOptions): Promise<BoxPlot>;
  /** A value along numbers or dates, a line for each group. */
  line(x: string, wish?: LineWish, options?: QueryOptions): Promise<LinePlot>;
  /** Pearson's correlation of every pair of columns, over rows that have all of them. */
  correlation(columns: readonly string[], wish?: CorrelationWish, options?: QueryOptions): Promise<HeatMapPlot>;
}

interface Plottable {
  readonly plan: LazyPlan;
  over(plan: LazyPlan): { fetch(options?: QueryOptions): Promise<FetchedTable> };
}

export function framePlots(frame: Plottable): FramePlots {
  const ask = async <Plot>({ plan, plotOf }: PlotQuery<Plot>, options?: QueryOptions): Promise<Plot> => plotOf(await frame.over(plan).fetch(options));
  return {
    histogram: async (column, wish, options) => ask(histogramQuery(frame.plan, column, wish), options),
    bar: async (column, wish, options) => ask(barQuery(frame.plan, column, wish), options),
    box: async (column, wish, options) => ask(boxQuery(frame.plan, column, wish), options),
    line: async (x, wish, options) => ask(lineQuery(frame.plan, x, wish), options),
    correlation: async (columns, wish, options) => ask(correlationQuery(frame.plan, columns, wish), options),
  };
}
