import type { Kind } from '../kind.ts';
import { gapLegend, gapsSaid } from '../legend.ts';
import { mostOf } from '../limits.ts';
import { valueText } from '../number.ts';
import { knownOf, type PlotValue } from '../value.ts';
import type { BarPlot } from './bar-plot.ts';
import { barSvg } from './bar-svg.ts';
import { barText } from './bar-text.ts';

const valuesOf = ({ bars }: BarPlot): PlotValue[] => bars.map(({ value }) => value);

export const bar: Kind<BarPlot> = {
  check: ({ bars }) => mostOf('bars', bars.length),
  says(plot) {
    const values = valuesOf(plot);
    const found = knownOf(values);
    const range = found.length === 0 ? '' : `, from ${valueText(Math.min(...found))} to ${valueText(Math.max(...found))}`;
    return `Bar plot of ${plot.y.label} by ${plot.x.label}: ${values.length} bars${range}${gapsSaid(values)}.`;
  },
  table: ({ title, subtitle, x, y, bars }) => ({ title, subtitle, columns: [x, y], rows: bars.map(({ label, value }) => [label, value]) }),
  legend: (plot) => gapLegend(valuesOf(plot)),
  svg: barSvg,
  text: barText,
};
