import type { Kind } from '../kind.ts';
import { gapLegend, gapsSaid, type LegendItem } from '../legend.ts';
import { mostOf, refuseUnless } from '../limits.ts';
import { valueText } from '../number.ts';
import type { PlotTable } from '../plot-table.ts';
import { instantText } from '../time-scale.ts';
import { knownOf } from '../value.ts';
import { hasBand, valuesOf, type CurvePlot, type LinePlot, type Lines, type Series } from './line-plot.ts';
import { lineSvg } from './line-svg.ts';
import { lineText } from './line-text.ts';

function check({ series }: Lines): void {
  mostOf('series', series.length);
  mostOf('points', series.reduce((sum, { points }) => sum + points.length, 0));
  for (const { points } of series as readonly Series[]) {
    points.forEach((point, at) => {
      refuseUnless(Number.isFinite(point.x), 'A point of a line needs a finite place on the x axis.');
      refuseUnless(at === 0 || points[at - 1]!.x < point.x, 'Points of a line have to ascend along the x axis.');
      refuseUnless(!hasBand(point) || point.low! <= point.high!, 'A band has its low end below its high one.');
    });
  }
}

function legend(plot: Lines): LegendItem[] {
  const named = plot.series.length > 1 || Boolean(plot.series[0]?.name);
  const lines = named ? plot.series.map(({ name }, index): LegendItem => ({ sign: 'series', index, label: name || '(unnamed)' })) : [];
  const banded = plot.kind === 'curve' && plot.series.some(({ points }) => points.some(hasBand));
  return [...lines, ...(banded ? [{ sign: 'band', index: 0, label: (plot as CurvePlot).band ?? 'band' } as const] : []), ...gapLegend(valuesOf(plot))];
}

function says(plot: Lines): string {
  const values = knownOf(valuesOf(plot));
  const range = values.length === 0 ? '' : `, from ${valueText(values.reduce((a, b) => Math.min(a, b)))} to ${valueText(values.reduce((a, b) => Math.max(a, b)))}`;
  const names = plot.series.length > 1 ? ` for ${plot.series.map(({ name }) => name).join(', ')}` : '';
  return `${plot.kind === 'line' ? 'Line' : 'Curve'} plot of ${plot.y.label} over ${plot.x.label}${names}${range}${gapsSaid(valuesOf(plot))}.`;
}

/** One row for each place of a series, with the band where the plot has one. */
function table(plot: Lines): PlotTable {
  const banded = plot.series.some(({ points }) => points.some(hasBand));
  const several = plot.series.length > 1;
  const columns = [plot.x, ...(several ? [{ label: 'series' }] : []), plot.y, ...(banded ? [{ label: 'low', unit: plot.y.unit }, { label: 'high', unit: plot.y.unit }] : [])];
  const rows = (plot.series as readonly Series[]).flatMap(({ name, points }) => points.map((point) => [
    plot.x.of === 'date' ? instantText(point.x) : point.x,
    ...(several ? [name] : []),
    point.y,
    ...(banded ? (hasBand(point) ? [point.low!, point.high!] : [null, null]) : []),
  ]));
  return { title: plot.title, subtitle: plot.subtitle, columns, rows };
}

export const line: Kind<LinePlot> = { check, says, table, legend, svg: lineSvg, text: lineText };
export const curve: Kind<CurvePlot> = { check, says, table, legend, svg: lineSvg, text: lineText };
