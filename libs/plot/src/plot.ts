import { bar } from './bar/bar.ts';
import type { BarPlot } from './bar/bar-plot.ts';
import { box } from './box/box.ts';
import type { BoxPlot } from './box/box-plot.ts';
import { heatMap } from './heat-map/heat-map.ts';
import type { HeatMapPlot } from './heat-map/heat-map-plot.ts';
import { histogram } from './histogram/histogram.ts';
import type { HistogramPlot } from './histogram/histogram-plot.ts';
import type { Kind } from './kind.ts';
import { refuseUnless } from './limits.ts';
import { curve, line } from './line/line.ts';
import type { CurvePlot, LinePlot } from './line/line-plot.ts';
import type { PlotTable } from './plot-table.ts';
import { drawSvg, type Size } from './svg/draw.ts';
import type { Theme } from './svg/theme.ts';
import { drawText } from './text/draw.ts';
import type { TextWish } from './text/pen.ts';

/** A plot as plain data. */
export type Plot = BarPlot | BoxPlot | CurvePlot | HeatMapPlot | HistogramPlot | LinePlot;

const kinds = { bar, box, curve, 'heat-map': heatMap, histogram, line };

/** The kind of a plot, after its check. */
function checked<P extends Plot>(plot: P): Kind<P> {
  refuseUnless(Object.hasOwn(kinds, plot.kind), 'There is no such kind of plot.');
  const kind = kinds[plot.kind] as unknown as Kind<P>;
  kind.check(plot);
  return kind;
}

/**
 * A whole SVG document: with title and description, without scripts, links and fonts from elsewhere. **Units** pixels; from 240 × 180 to
 * 4000 × 4000, and taller than wished where a long legend needs it. **Throws** `usage.invalid` for what cannot be drawn,
 * `usage.too-large` for too much of it.
 */
export function plotSvg(plot: Plot, size: Size = { width: 720, height: 440 }, theme: Theme = 'light'): string {
  const kind = checked(plot);
  return drawSvg({ title: plot.title, subtitle: plot.subtitle, says: kind.says(plot), legend: kind.legend(plot), draw: (sheet) => kind.svg(plot, sheet) }, size, theme);
}

/** Lines for a terminal of 40 to 200 columns, none of them wider. **Throws** as `plotSvg`. */
export function plotText(plot: Plot, width: number, wish: TextWish = {}): string[] {
  const kind = checked(plot);
  return drawText({ title: plot.title, subtitle: plot.subtitle, legend: kind.legend(plot), draw: (pen) => kind.text(plot, pen) }, width, wish);
}

/** The same values as a table. **Throws** as `plotSvg`. */
export function plotTable(plot: Plot): PlotTable {
  return checked(plot).table(plot);
}

/** The plot in one sentence. **Throws** as `plotSvg`. */
export function plotSentence(plot: Plot): string {
  return checked(plot).says(plot);
}
