import type { Axis } from '../axis.ts';
import type { Heading } from '../kind.ts';
import type { PlotValue } from '../value.ts';

/** A matrix of values from `low` to `high` (−1 to 1 when not said, as correlations are). **Shape** cells (rows, columns). */
export interface HeatMapPlot extends Heading {
  readonly kind: 'heat-map';
  /** What a cell says: `correlation`. */
  readonly value: Axis;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly cells: readonly (readonly PlotValue[])[];
  readonly low?: number;
  readonly high?: number;
}

/** Where a value lies between the ends: 0 to 1. */
export function partOf({ low = -1, high = 1 }: HeatMapPlot, value: number): number {
  return Math.min(1, Math.max(0, (value / 2 - low / 2) / (high / 2 - low / 2)));
}

/** A cell as people read it: two digits behind the point. */
export const cellText = (value: number): string => {
  const text = Math.abs(value) >= 100 ? value.toPrecision(3) : value.toFixed(2);
  return /^-0\.?0*$/.test(text) ? text.slice(1) : text;
};
