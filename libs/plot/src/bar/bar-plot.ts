import type { Axis } from '../axis.ts';
import type { Heading } from '../kind.ts';
import type { PlotValue } from '../value.ts';

/** One value for each category. */
export interface BarPlot extends Heading {
  readonly kind: 'bar';
  readonly x: Axis;
  readonly y: Axis;
  readonly bars: readonly { readonly label: string; readonly value: PlotValue }[];
}
