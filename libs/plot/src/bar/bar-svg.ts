import { valueText } from '../number.ts';
import { niceScale } from '../scale.ts';
import { categoryFrame, mostCategories } from '../svg/category-frame.ts';
import { nothingToDraw } from '../svg/position-frame.ts';
import type { Sheet } from '../svg/sheet.ts';
import { seriesColour } from '../svg/theme.ts';
import { isSuppressed, known, knownOf } from '../value.ts';
import type { BarPlot } from './bar-plot.ts';

export function barSvg({ x, y, bars }: BarPlot, sheet: Sheet): { marks: string[]; note?: string } {
  if (bars.length === 0) return { marks: [nothingToDraw(sheet, 'no data')] };
  const shown = bars.slice(0, mostCategories(sheet));
  const scale = niceScale(knownOf(shown.map(({ value }) => value)), { zero: true });
  const frame = categoryFrame(sheet, shown.map(({ label }) => label), x, scale, y);
  const share = frame.slot > 8 ? Math.min(0.72, 110 / frame.slot) : 0.9;
  const fill = seriesColour(sheet.palette, 0);
  const marks = [...frame.marks];
  shown.forEach(({ value }, at) => {
    const number = known(value);
    if (number !== null) marks.push(frame.rect(at, share, frame.zero, number, { class: 'bar', fill }), ...frame.valueLabel(at, number, valueText(number)));
    else marks.push(isSuppressed(value) ? frame.suppressed(at, share) : frame.missing(at));
  });
  return { marks, note: shown.length < bars.length ? `the first ${shown.length} of ${bars.length} bars` : undefined };
}
