import type { LazyPlan } from '@podnet/plan';
import type { FetchedTable } from '../fetched-table.ts';

/** How a plot asks, and what it makes of the answer. */
export interface PlotQuery<Plot> {
  readonly plan: LazyPlan;
  plotOf(table: FetchedTable): Plot;
}
