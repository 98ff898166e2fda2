import type { Axis, PositionAxis } from '../axis.ts';
import type { Heading } from '../kind.ts';
import type { PlotValue } from '../value.ts';

export interface Bin {
  readonly from: number;
  readonly to: number;
  /** Counts or densities: not below zero. */
  readonly value: PlotValue;
}

/** Bins in ascending order, which touch each other or leave gaps. */
export interface HistogramPlot extends Heading {
  readonly kind: 'histogram';
  readonly x: PositionAxis;
  readonly y: Axis;
  readonly bins: readonly Bin[];
}
