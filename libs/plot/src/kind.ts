import type { LegendItem } from './legend.ts';
import type { PlotTable } from './plot-table.ts';
import type { Sheet } from './svg/sheet.ts';
import type { Pen } from './text/pen.ts';

/** What every plot has. */
export interface Heading {
  readonly title: string;
  readonly subtitle?: string;
}

/** Everything that is asked about one kind of plot; nobody else asks which one it is. */
export interface Kind<P extends Heading> {
  /** **Throws** `usage.invalid` for what cannot be drawn, `usage.too-large` for too much of it. */
  check(plot: P): void;
  /** The plot in one sentence. */
  says(plot: P): string;
  table(plot: P): PlotTable;
  legend(plot: P): LegendItem[];
  /** SVG elements inside the sheet's area, and what was left out. */
  svg(plot: P, sheet: Sheet): { marks: string[]; note?: string };
  /** Lines without heading and legend, and what was left out. */
  text(plot: P, pen: Pen): { lines: string[]; note?: string };
}
