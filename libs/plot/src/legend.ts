import { isMissing, isSuppressed, type PlotValue } from './value.ts';

export interface LegendItem {
  readonly sign: 'series' | 'band' | 'suppressed' | 'missing';
  /** Which series; its colour, dash and mark follow. */
  readonly index: number;
  readonly label: string;
}

export const suppressedLabel = 'suppressed: too few people';
export const missingLabel = 'no value';

/** Suppressed and missing values are explained where there are some. */
export function gapLegend(values: readonly PlotValue[]): LegendItem[] {
  return [
    ...(values.some(isSuppressed) ? [{ sign: 'suppressed', index: 0, label: suppressedLabel } as const] : []),
    ...(values.some(isMissing) ? [{ sign: 'missing', index: 0, label: missingLabel } as const] : []),
  ];
}

/** `, 2 suppressed, 1 without a value` for a sentence; nothing where there are none. */
export function gapsSaid(values: readonly PlotValue[]): string {
  const suppressed = values.filter(isSuppressed).length;
  const missing = values.filter(isMissing).length;
  return `${suppressed > 0 ? `; ${suppressed} suppressed because of too few people` : ''}${missing > 0 ? `; ${missing} without a value` : ''}`;
}
