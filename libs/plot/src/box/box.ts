import type { Kind } from '../kind.ts';
import { gapLegend, gapsSaid } from '../legend.ts';
import { mostOf, refuseUnless } from '../limits.ts';
import type { PlotValue } from '../value.ts';
import { knownBox, type BoxPlot } from './box-plot.ts';
import { boxSvg } from './box-svg.ts';
import { boxText } from './box-text.ts';

/** 0 stands for a box that is there. */
const gapsOf = ({ boxes }: BoxPlot): PlotValue[] => boxes.map(({ value }) => (value === 'suppressed' ? value : knownBox(value) ? 0 : null));

export const box: Kind<BoxPlot> = {
  check({ boxes }) {
    mostOf('boxes', boxes.length);
    for (const { value } of boxes) {
      const known = knownBox(value);
      if (known?.of === 'mean') refuseUnless(known.from <= known.to, 'A deviation is not below zero.');
      if (known?.of === 'five') {
        const { low, q1, median, q3, high } = known.five;
        refuseUnless(low <= q1 && q1 <= median && median <= q3 && q3 <= high, 'The five numbers of a box have to ascend.');
      }
    }
  },
  says: (plot) => `Box plot of ${plot.y.label} by ${plot.x.label}: ${plot.boxes.length} boxes${gapsSaid(gapsOf(plot))}.`,
  table({ title, subtitle, x, y, boxes }) {
    const known = boxes.map(({ value }) => knownBox(value));
    const five = known.some((each) => each?.of === 'five') ? (['low', 'q1', 'median', 'q3', 'high'] as const) : [];
    const mean = known.some((each) => each?.of === 'mean') ? (['mean', 'sd'] as const) : [];
    const names = [...five, ...mean].length > 0 ? [...five, ...mean] : [y.label];
    const rows = boxes.map(({ label, value }) => [label, ...names.map((name) => (value === 'suppressed' ? value : value === null ? null : ((value as unknown as Record<string, number>)[name] ?? null)))]);
    return { title, subtitle, columns: [x, ...names.map((label) => ({ label, unit: y.unit }))], rows };
  },
  legend: (plot) => gapLegend(gapsOf(plot)),
  svg: boxSvg,
  text: boxText,
};
