import { niceScale } from '../scale.ts';
import { categoryFrame, mostCategories } from '../svg/category-frame.ts';
import { nothingToDraw } from '../svg/position-frame.ts';
import type { Sheet } from '../svg/sheet.ts';
import { seriesColour } from '../svg/theme.ts';
import { endsOf, knownBox, notes, type BoxPlot } from './box-plot.ts';

export function boxSvg({ x, y, boxes }: BoxPlot, sheet: Sheet): { marks: string[]; note?: string } {
  if (boxes.length === 0) return { marks: [nothingToDraw(sheet, 'no data')] };
  const shown = boxes.slice(0, mostCategories(sheet)).map(({ label, value }) => ({ label, value, known: knownBox(value) }));
  const scale = niceScale(shown.flatMap(({ known }) => (known ? endsOf(known) : [])));
  const frame = categoryFrame(sheet, shown.map(({ label }) => label), x, scale, y);
  const share = Math.min(0.55, 90 / frame.slot);
  const stroke = seriesColour(sheet.palette, 0);
  const line = { stroke, 'stroke-width': 1.5 };
  const marks = [...frame.marks];
  shown.forEach(({ value, known }, at) => {
    if (known?.of === 'five') {
      const { low, q1, median, q3, high } = known.five;
      marks.push(
        frame.along(at, low, q1, line), frame.along(at, q3, high, line),
        frame.across(at, share * 0.5, low, line), frame.across(at, share * 0.5, high, line),
        frame.rect(at, share, q1, q3, { class: 'box', fill: stroke, 'fill-opacity': 0.25, ...line }),
        frame.across(at, share, median, { class: 'median', stroke, 'stroke-width': 3 }),
      );
    } else if (known) {
      marks.push(
        frame.along(at, known.from, known.to, line),
        frame.across(at, share * 0.5, known.from, line), frame.across(at, share * 0.5, known.to, line),
        frame.dot(at, known.mean, Math.min(5, frame.slot / 3), { class: 'mean', fill: stroke }),
      );
    } else marks.push(value === 'suppressed' ? frame.suppressed(at, Math.min(0.9, share * 1.3)) : frame.missing(at));
  });
  return { marks, note: notes(shown.some(({ known }) => known?.of === 'mean'), shown.length, boxes.length) };
}
