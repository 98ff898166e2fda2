import { col, len, type Expr, type LazyPlan } from '@podnet/plan';
import type { LinePlot } from '@podnet/plot';
import { labelOf, numberOf, subtitleOf } from './cells.ts';
import type { PlotQuery } from './plot-query.ts';

export interface LineWish {
  /** An aggregate; the number of rows unless told otherwise. */
  readonly value?: Expr;
  /** A line for each group of this column. */
  readonly by?: string;
  /** Dates by the beginning of a piece of time, numbers by steps of a width. */
  readonly every?: 'day' | 'week' | 'month' | 'quarter' | 'year' | number;
  readonly title?: string;
  readonly label?: string;
  readonly unit?: string;
}

/** A value for each place, and each group there. */
export function lineQuery(frame: LazyPlan, x: string, { value = len(), by, every, label = 'rows', unit, title = `${label} by ${x}` }: LineWish = {}): PlotQuery<LinePlot> {
  const place = every === undefined ? col(x) : typeof every === 'number' ? col(x).floorDiv(every).mul(every) : col(x).date.truncate(every);
  const keys = [place.alias('place'), ...(by === undefined ? [] : [col(by).alias('group')])];
  return {
    plan: frame.dropNulls(x).groupBy(...keys).agg(value.alias('value')).sort(by === undefined ? ['place'] : ['group', 'place']),
    plotOf(table) {
      const type = table.columns.find(({ name }) => name === 'place')!.type;
      const dated = type === 'date' || type === 'datetime';
      const series = new Map<string, { x: number; y: number | null }[]>();
      for (const [row, cell] of table.column('place').entries()) {
        const name = by === undefined ? '' : labelOf(table.column('group')[row]!);
        const at = dated ? Date.parse(`${String(cell)}${type === 'datetime' ? 'Z' : ''}`) : numberOf(cell);
        if (at === null || !Number.isFinite(at)) continue;
        const points = series.get(name) ?? [];
        points.push({ x: at, y: numberOf(table.column('value')[row]) });
        series.set(name, points);
      }
      return {
        kind: 'line', title, subtitle: subtitleOf(table), x: { label: x, of: dated ? 'date' : 'number' }, y: { label, ...(unit === undefined ? {} : { unit }) },
        series: [...series].map(([name, points]) => ({ name, points: points.sort((a, b) => a.x - b.x) })),
      };
    },
  };
}
