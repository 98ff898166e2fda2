import { axisTitle } from '../axis.ts';
import { valueText } from '../number.ts';
import { niceScale } from '../scale.ts';
import { axisLines, axisName } from '../text/axis-line.ts';
import { columns } from '../text/columns.ts';
import type { Pen } from '../text/pen.ts';
import { endsOf, knownBox, notes, type BoxPlot, type KnownBox } from './box-plot.ts';

const mostRows = 60;

export function boxText({ x, y, boxes }: BoxPlot, pen: Pen): { lines: string[]; note?: string } {
  if (boxes.length === 0) return { lines: ['no data'] };
  const shown = boxes.slice(0, mostRows).map(({ label, value }) => ({ label: label || '(empty)', value, known: knownBox(value) }));
  const texts = shown.map(({ value, known }) => (known ? numbersOf(known) : value === 'suppressed' ? 'suppressed' : 'no value'));
  const labelRoom = Math.min(Math.floor(pen.width / 3), Math.max(columns(pen.fit(axisTitle(x), 200)), ...shown.map(({ label }) => columns(pen.fit(label, 200)))));
  const valueRoom = Math.min(24, pen.width - labelRoom - 12, Math.max(...texts.map((text) => columns(pen.fit(text, 40)))));
  const room = pen.width - labelRoom - valueRoom - 3;
  const scale = niceScale(shown.flatMap(({ known }) => (known ? endsOf(known) : [])), { about: Math.max(2, Math.floor(room / 12)) });

  const lines = shown.map(({ label, value, known }, at) => {
    const mark = known ? boxLine(known, (number) => Math.round(scale.at(number) * (room - 1)), room, pen) : value === 'suppressed' ? pen.glyphs.hatch.repeat(room) : pen.glyphs.missing.padEnd(room);
    return `${pen.left(label, labelRoom)} ${pen.paint(known ? 0 : 'muted', mark)}  ${known ? pen.right(texts[at]!, valueRoom) : pen.paint('muted', pen.right(texts[at]!, valueRoom))}`;
  });
  const head = pen.paint('muted', pen.left(axisTitle(x), labelRoom));
  const [line, labels] = axisLines(scale, room, labelRoom + 1, pen);
  return { lines: [head, ...lines, `${' '.repeat(labelRoom + 1)}${line}`, labels, axisName(axisTitle(y), room, labelRoom + 1, pen)], note: notes(shown.some(({ known }) => known?.of === 'mean'), shown.length, boxes.length) };
}

const numbersOf = (box: KnownBox): string => (box.of === 'five' ? valueText(box.five.median) : `${valueText(box.mean)} ± ${valueText(box.to - box.mean)}`);

/** `├──▒▒▒┃▒▒──┤`, or `|--==[]==--|` in ASCII. */
function boxLine(box: KnownBox, place: (value: number) => number, room: number, { unicode }: Pen): string {
  const cells = Array.from({ length: room }, () => ' ');
  const [start, end, rule, body, median, mean] = unicode ? ['├', '┤', '─', '▒', '┃', '●'] : ['|', '|', '-', '=', '#', 'o'];
  const [low, high] = endsOf(box).map(place) as [number, number];
  cells.fill(rule!, low, high + 1);
  cells[low] = low === high ? rule! : start!;
  if (high !== low) cells[high] = end!;
  if (box.of === 'mean') cells[place(box.mean)] = mean!;
  else {
    cells.fill(body!, place(box.five.q1), place(box.five.q3) + 1);
    cells[place(box.five.median)] = median!;
  }
  return cells.join('');
}
