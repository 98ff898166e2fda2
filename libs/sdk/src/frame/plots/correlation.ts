import { Fault } from '@podnet/errors';
import { col, type LazyPlan } from '@podnet/plan';
import type { HeatMapPlot } from '@podnet/plot';
import { numberOf, subtitleOf } from './cells.ts';
import type { PlotQuery } from './plot-query.ts';

export interface CorrelationWish {
  readonly title?: string;
}

const mostColumns = 20;

/**
 * Pearson's r of every pair over complete rows, from variances alone: cov(x, y) = (var(x + y) − var(x) − var(y)) ÷ 2. Variances are pooled exactly and, unlike sums
 * of products, lose nothing to large means.
 * **Throws** `usage.invalid` for fewer than two columns, too many, or one named twice.
 */
export function correlationQuery(frame: LazyPlan, columns: readonly string[], { title = 'Correlation' }: CorrelationWish = {}): PlotQuery<HeatMapPlot> {
  if (columns.length < 2 || columns.length > mostColumns || new Set(columns).size < columns.length) throw new Fault('usage.invalid', `A correlation is of 2 to ${mostColumns} different columns.`, { at: 'columns' });
  const pairs = columns.flatMap((_one, i) => columns.slice(i + 1).map((_other, offset) => [i, i + 1 + offset] as const));
  const name = (i: number, j: number): string => `v${i}_${j}`;
  return {
    plan: frame.dropNulls(...columns).select(...columns.map((column, i) => col(column).var().alias(name(i, i))), ...pairs.map(([i, j]) => col(columns[i]!).add(col(columns[j]!)).var().alias(name(i, j)))),
    plotOf(table) {
      const variance = (i: number, j: number): number | null => numberOf(table.column(name(Math.min(i, j), Math.max(i, j)))[0]);
      const cell = (i: number, j: number): number | null => {
        const [x, y, both] = [variance(i, i), variance(j, j), variance(i, j)];
        if (x === null || y === null || both === null || x <= 0 || y <= 0) return null;
        // Rounding must not make more of it than there can be.
        return i === j ? 1 : Math.min(1, Math.max(-1, (both - x - y) / 2 / Math.sqrt(x * y)));
      };
      return { kind: 'heat-map', title, subtitle: subtitleOf(table), value: { label: 'correlation' }, rows: columns, columns, cells: columns.map((_row, i) => columns.map((_column, j) => cell(i, j))) };
    },
  };
}
