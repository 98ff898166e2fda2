import { known, isSuppressed } from '../value.ts';
import type { Bin } from './histogram-plot.ts';

/** Where there are more bins than places, neighbours share one, with their mean; suppressed when one of them is, missing when all of them are. */
export function mergedBins(bins: readonly Bin[], most: number): { bins: readonly Bin[]; note?: string } {
  const by = Math.ceil(bins.length / most);
  if (by <= 1) return { bins };
  const merged: Bin[] = [];
  for (let at = 0; at < bins.length; at += by) {
    const group = bins.slice(at, at + by);
    const found = group.map(({ value }) => known(value)).filter((value) => value !== null);
    const value = group.some((bin) => isSuppressed(bin.value)) ? ('suppressed' as const) : found.length === 0 ? null : found.reduce((sum, each) => sum + each / found.length, 0);
    merged.push({ from: group[0]!.from, to: group.at(-1)!.to, value });
  }
  return { bins: merged, note: `each column is the mean of ${by} bins` };
}
