import type { Kind } from '../kind.ts';
import { gapLegend, gapsSaid } from '../legend.ts';
import { mostOf, refuseUnless } from '../limits.ts';
import { known } from '../value.ts';
import { cellText, type HeatMapPlot } from './heat-map-plot.ts';
import { heatMapSvg } from './heat-map-svg.ts';
import { heatMapText } from './heat-map-text.ts';

export const heatMap: Kind<HeatMapPlot> = {
  check({ rows, columns, cells, low = -1, high = 1 }) {
    mostOf('matrix', Math.max(rows.length, columns.length));
    refuseUnless(cells.length === rows.length && cells.every((row) => row.length === columns.length), 'A heat map needs a cell for each row and column.');
    refuseUnless(Number.isFinite(low) && Number.isFinite(high) && low < high, 'The low end of a heat map is below its high end.');
  },
  says(plot) {
    const pairs = plot.rows.flatMap((row, at) => plot.columns.flatMap((column, across) => {
      const value = known(plot.cells[at]![across]!);
      return value === null || row === column ? [] : [{ row, column, value }];
    }));
    const strongest = pairs.length === 0 ? null : pairs.reduce((a, b) => (Math.abs(b.value) > Math.abs(a.value) ? b : a));
    return `Heat map of ${plot.value.label}: ${plot.rows.length} rows and ${plot.columns.length} columns${strongest ? `, the strongest ${cellText(strongest.value)} for ${strongest.row} and ${strongest.column}` : ''}${gapsSaid(plot.cells.flat())}.`;
  },
  table: ({ title, subtitle, value, rows, columns, cells }) => ({ title, subtitle, columns: [{ label: value.label }, ...columns.map((label) => ({ label }))], rows: rows.map((row, at) => [row, ...cells[at]!]) }),
  legend: ({ cells }) => gapLegend(cells.flat()),
  svg: heatMapSvg,
  text: heatMapText,
};
