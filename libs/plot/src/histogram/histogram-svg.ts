import { element } from '../svg/element.ts';
import { missingSign } from '../svg/legend.ts';
import { nothingToDraw, positionFrame } from '../svg/position-frame.ts';
import type { Sheet } from '../svg/sheet.ts';
import { seriesColour } from '../svg/theme.ts';
import { niceScale } from '../scale.ts';
import { timeScale } from '../time-scale.ts';
import { isSuppressed, known, knownOf } from '../value.ts';
import type { HistogramPlot } from './histogram-plot.ts';
import { mergedBins } from './merged-bins.ts';

export function histogramSvg({ x, y, bins: all }: HistogramPlot, sheet: Sheet): { marks: string[]; note?: string } {
  if (all.length === 0) return { marks: [nothingToDraw(sheet, 'no data')] };
  const { bins, note } = mergedBins(all, Math.max(20, Math.floor((sheet.area.right - sheet.area.left) / 3)));
  const ends = bins.flatMap(({ from, to }) => [from, to]);
  const about = Math.max(2, Math.floor((sheet.area.right - sheet.area.left) / 80));
  const frame = positionFrame(sheet, { axis: x, scale: x.of === 'date' ? timeScale(ends, about) : niceScale(ends, { tight: true, about }) }, { axis: y, scale: niceScale(knownOf(bins.map(({ value }) => value)), { zero: true }) });
  const { inner } = frame;
  const marks = bins.map(({ from, to, value }) => {
    const [left, right] = [frame.x(from), frame.x(to)];
    // A hair of paper between neighbours, unless they are hairs themselves.
    const gap = right - left > 4 ? 0.5 : 0;
    const place = { x: left + gap, width: Math.max(0.3, right - left - 2 * gap) };
    const number = known(value);
    if (number !== null) return element('rect', { class: 'bar', ...place, y: frame.y(number), height: inner.bottom - frame.y(number), fill: seriesColour(sheet.palette, 0) });
    if (isSuppressed(value)) return element('rect', { class: 'suppressed', ...place, y: inner.top, height: inner.bottom - inner.top, fill: sheet.hatch, 'fill-opacity': 0.75 });
    return missingSign((left + right) / 2, inner.bottom - 9, sheet.palette);
  });
  return { marks: [...frame.marks, ...marks], note };
}
