import { axisTitle } from '../axis.ts';
import { valueText } from '../number.ts';
import { niceScale } from '../scale.ts';
import { columns } from '../text/columns.ts';
import { backwardBarText, barText as forwardBar } from '../text/eighths.ts';
import type { Pen } from '../text/pen.ts';
import { isSuppressed, known, knownOf } from '../value.ts';
import type { BarPlot } from './bar-plot.ts';

/** More rows than that nobody looks at. */
const mostRows = 60;

export function barText({ x, y, bars }: BarPlot, pen: Pen): { lines: string[]; note?: string } {
  if (bars.length === 0) return { lines: ['no data'] };
  const shown = bars.slice(0, mostRows);
  const values = knownOf(shown.map(({ value }) => value));
  const texts = shown.map(({ value }) => (isSuppressed(value) ? 'suppressed' : known(value) === null ? 'no value' : valueText(known(value)!)));
  const labelRoom = Math.min(Math.floor(pen.width / 3), Math.max(columns(pen.fit(axisTitle(x), 200)), ...shown.map(({ label }) => columns(pen.fit(label || '(empty)', 200)))));
  const valueRoom = Math.max(...texts.map((text) => columns(pen.fit(text, 40))));
  const room = pen.width - labelRoom - valueRoom - 3;

  // Bars are measured against the largest value itself: a terminal has no cells to spare for a round end of an axis.
  const scale = niceScale(values, { zero: true, tight: true });
  const negative = scale.low < 0 ? Math.max(1, Math.round(scale.at(0) * room)) : 0;
  // One length for one size on both sides of zero.
  const [size, span] = scale.high >= -scale.low ? [scale.high, room - negative] : [-scale.low, negative];
  const line = (value: number): string => {
    const length = Math.min(1, Math.abs(value) / size) * span;
    if (value >= 0) return ' '.repeat(negative) + forwardBar(Math.min(room - negative, length), pen);
    const backward = backwardBarText(Math.min(negative, length), pen);
    return ' '.repeat(Math.max(0, negative - columns(backward))) + backward;
  };

  const lines = shown.map(({ label, value }, at) => {
    const number = known(value);
    const mark = number !== null ? line(number) : isSuppressed(value) ? pen.glyphs.hatch.repeat(room) : ' '.repeat(Math.min(negative, room - 1)) + pen.glyphs.missing;
    const filled = mark + ' '.repeat(Math.max(0, room - columns(mark)));
    return `${pen.left(label || '(empty)', labelRoom)} ${pen.paint(number === null ? 'muted' : 0, filled)}  ${number === null ? pen.paint('muted', pen.right(texts[at]!, valueRoom)) : pen.right(texts[at]!, valueRoom)}`;
  });
  const titleRoom = pen.width - labelRoom - 1;
  const head = `${pen.paint('muted', pen.left(axisTitle(x), labelRoom))} ${pen.paint('muted', pen.right(axisTitle(y), titleRoom))}`;
  return { lines: [head, ...lines], note: shown.length < bars.length ? `the first ${shown.length} of ${bars.length} bars` : undefined };
}
