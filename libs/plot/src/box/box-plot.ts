import type { Axis } from '../axis.ts';
import type { Heading } from '../kind.ts';

/** Lowest, quartiles and highest; what a policy allows of the ends may well be percentiles, and the axis title says so. */
export interface FiveNumbers {
  readonly low: number;
  readonly q1: number;
  readonly median: number;
  readonly q3: number;
  readonly high: number;
}

/** Where order statistics are not allowed. */
export interface MeanAndDeviation {
  readonly mean: number;
  readonly sd: number;
}

export type BoxValue = FiveNumbers | MeanAndDeviation | 'suppressed' | null;

export interface BoxPlot extends Heading {
  readonly kind: 'box';
  readonly x: Axis;
  readonly y: Axis;
  readonly boxes: readonly { readonly label: string; readonly value: BoxValue }[];
}

export type KnownBox = { readonly of: 'five'; readonly five: FiveNumbers } | { readonly of: 'mean'; readonly mean: number; readonly from: number; readonly to: number };

const finite = (values: readonly unknown[]): boolean => values.every((value) => Number.isFinite(value));

/** What can be drawn of a box; a number that is not finite makes all of it missing. */
export function knownBox(value: BoxValue): KnownBox | null {
  if (value === null || value === 'suppressed') return null;
  if ('median' in value) return finite([value.low, value.q1, value.median, value.q3, value.high]) ? { of: 'five', five: value } : null;
  return finite([value.mean, value.sd, value.mean - value.sd, value.mean + value.sd]) ? { of: 'mean', mean: value.mean, from: value.mean - value.sd, to: value.mean + value.sd } : null;
}

export const endsOf = (box: KnownBox): number[] => (box.of === 'five' ? [box.five.low, box.five.high] : [box.from, box.to]);

/** What a mean's box is, and what was left out. */
export function notes(means: boolean, shown: number, all: number): string | undefined {
  const said = [...(means ? ['mean ± one standard deviation'] : []), ...(shown < all ? [`the first ${shown} of ${all} boxes`] : [])];
  return said.length > 0 ? said.join('; ') : undefined;
}
