import { axisTitle } from '../axis.ts';
import { niceScale } from '../scale.ts';
import { axisLines, axisName, marginOf, marginWidth, tickRows } from '../text/axis-line.ts';
import { columnCell } from '../text/eighths.ts';
import { painted, type PaintedCell } from '../text/painted.ts';
import type { Pen } from '../text/pen.ts';
import { timeScale } from '../time-scale.ts';
import { isSuppressed, known, knownOf } from '../value.ts';
import type { Bin, HistogramPlot } from './histogram-plot.ts';
import { mergedBins } from './merged-bins.ts';

const height = 12;

export function histogramText({ x, y, bins: all }: HistogramPlot, pen: Pen): { lines: string[]; note?: string } {
  if (all.length === 0) return { lines: ['no data'] };
  const scale = niceScale(knownOf(all.map(({ value }) => value)), { zero: true, about: 4 });
  const margin = marginWidth(scale, pen);
  const room = pen.width - margin;
  const { bins, note } = mergedBins(all, room);
  const ends = bins.flatMap(({ from, to }) => [from, to]);
  const span = ends.at(-1)! - ends[0]!;
  const even = bins.every(({ from, to }) => Math.abs((to - from) * bins.length - span) < span * 0.01);
  // Equal bins have equally many columns; others what their breadth gives.
  const width = even ? Math.min(8, Math.floor(room / bins.length)) * bins.length : room;
  const places = Array.from({ length: width }, (_, column): Bin | undefined => {
    if (even) return bins[Math.floor((column * bins.length) / width)];
    const middle = ends[0]! + ((column + 0.5) / width) * span;
    return bins.find(({ from, to }) => middle >= from && middle < to);
  });
  const ticks = tickRows(scale, height);
  const lines = [pen.paint('muted', pen.fit(axisTitle(y), pen.width))];
  for (let row = height - 1; row >= 0; row--) {
    lines.push(marginOf(row, ticks, margin, pen) + painted(places.map((bin) => cellOf(bin, row, scale, pen)), pen));
  }
  const [line, labels] = axisLines(x.of === 'date' ? timeScale(ends, width / 16) : niceScale(ends, { tight: true, about: Math.max(2, Math.floor(width / 8)) }), width, margin, pen);
  lines.push(' '.repeat(margin - 1) + pen.glyphs.corner + line, labels, axisName(axisTitle(x), width, margin, pen));
  return { lines, note };
}

function cellOf(bin: Bin | undefined, row: number, scale: { at(value: number): number }, pen: Pen): PaintedCell {
  if (!bin) return [' ', 'muted'];
  const number = known(bin.value);
  // The tick of a value stands in the middle of its row.
  if (number !== null) return [number > 0 ? columnCell(scale.at(number) * (height - 1) + 0.5, row, pen) : ' ', 0];
  if (isSuppressed(bin.value)) return [pen.glyphs.hatch, 'muted'];
  return [row === 0 ? pen.glyphs.missing : ' ', 'muted'];
}
