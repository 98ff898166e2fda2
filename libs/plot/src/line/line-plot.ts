import type { Axis, PositionAxis } from '../axis.ts';
import type { Heading } from '../kind.ts';
import { knownOf, type PlotValue } from '../value.ts';

export interface Point {
  readonly x: number;
  readonly y: PlotValue;
}

/** `low` and `high` are the ends of a band, for instance of a confidence interval or ± one deviation. */
export interface BandPoint extends Point {
  readonly low?: number | null;
  readonly high?: number | null;
}

export interface Series {
  readonly name: string;
  readonly points: readonly BandPoint[];
}

/** Values at places, joined by lines; a gap is a gap. */
export interface LinePlot extends Heading {
  readonly kind: 'line';
  readonly x: PositionAxis;
  readonly y: Axis;
  readonly series: readonly { readonly name: string; readonly points: readonly Point[] }[];
}

/** Smooth or stepped curves (of survival, of learning, of an ROC) with bands. */
export interface CurvePlot extends Heading {
  readonly kind: 'curve';
  readonly x: PositionAxis;
  readonly y: Axis;
  /** What a band means: `95% confidence`. */
  readonly band?: string;
  /** A value holds until the next one. */
  readonly stepped?: boolean;
  readonly series: readonly Series[];
}

export type Lines = LinePlot | CurvePlot;

export const hasBand = ({ low, high }: BandPoint): boolean => typeof low === 'number' && typeof high === 'number' && Number.isFinite(low) && Number.isFinite(high);

export const valuesOf = ({ series }: Lines): PlotValue[] => series.flatMap(({ points }) => points.map(({ y }) => y));

/** Everything that the vertical axis has to hold. */
export const heightsOf = (plot: Lines): number[] => [...knownOf(valuesOf(plot)), ...(plot.series as readonly Series[]).flatMap(({ points }) => points.filter(hasBand).flatMap(({ low, high }) => [low!, high!]))];
