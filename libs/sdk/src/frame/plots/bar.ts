import { col, len, type Expr, type LazyPlan } from '@podnet/plan';
import type { BarPlot } from '@podnet/plot';
import { labelOf, numberOf, subtitleOf } from './cells.ts';
import type { PlotQuery } from './plot-query.ts';

export interface BarWish {
  /** An aggregate; the number of rows unless told otherwise. */
  readonly value?: Expr;
  readonly title?: string;
  /** What the value is called. */
  readonly label?: string;
  readonly unit?: string;
}

/** A value for each group, in the order of the groups. */
export function barQuery(frame: LazyPlan, column: string, { value = len(), label = 'rows', unit, title = `${label} by ${column}` }: BarWish = {}): PlotQuery<BarPlot> {
  return {
    plan: frame.groupBy(col(column).alias('group')).agg(value.alias('value')).sort('group'),
    plotOf: (table) => ({
      kind: 'bar', title, subtitle: subtitleOf(table), x: { label: column }, y: { label, ...(unit === undefined ? {} : { unit }) },
      bars: table.column('group').map((group, row) => ({ label: labelOf(group), value: numberOf(table.column('value')[row]) })),
    }),
  };
}
