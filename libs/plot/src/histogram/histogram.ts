import type { Kind } from '../kind.ts';
import { gapLegend, gapsSaid } from '../legend.ts';
import { mostOf, refuseUnless } from '../limits.ts';
import { valueText } from '../number.ts';
import { instantText } from '../time-scale.ts';
import { knownOf, type PlotValue } from '../value.ts';
import type { HistogramPlot } from './histogram-plot.ts';
import { histogramSvg } from './histogram-svg.ts';
import { histogramText } from './histogram-text.ts';

const valuesOf = ({ bins }: HistogramPlot): PlotValue[] => bins.map(({ value }) => value);

export const histogram: Kind<HistogramPlot> = {
  check({ bins }) {
    mostOf('bars', bins.length);
    bins.forEach(({ from, to, value }, at) => {
      refuseUnless(Number.isFinite(from) && Number.isFinite(to) && from < to, 'A bin of a histogram has to begin before it ends.');
      refuseUnless(at === 0 || bins[at - 1]!.to <= from + (to - from) * 1e-9, 'Bins of a histogram have to ascend and must not overlap.');
      refuseUnless(typeof value !== 'number' || !(value < 0), 'A bin of a histogram cannot be below zero.');
    });
  },
  says(plot) {
    const { bins, x, y } = plot;
    const ends = bins.length === 0 ? '' : ` from ${edgeText(plot, bins[0]!.from)} to ${edgeText(plot, bins.at(-1)!.to)}`;
    const found = knownOf(valuesOf(plot));
    const peak = found.length === 0 ? '' : `, the highest ${valueText(Math.max(...found))}`;
    return `Histogram of ${x.label}${ends}: ${bins.length} bins of ${y.label}${peak}${gapsSaid(valuesOf(plot))}.`;
  },
  table: (plot) => ({ title: plot.title, subtitle: plot.subtitle, columns: [plot.x, plot.y], rows: plot.bins.map(({ from, to, value }) => [`${edgeText(plot, from)} – ${edgeText(plot, to)}`, value]) }),
  legend: (plot) => gapLegend(valuesOf(plot)),
  svg: histogramSvg,
  text: histogramText,
};

const edgeText = ({ x }: HistogramPlot, edge: number): string => (x.of === 'date' ? instantText(edge) : valueText(edge));
