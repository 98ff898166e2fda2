import type { Heading } from '../kind.ts';
import type { LegendItem } from '../legend.ts';
import { columns } from './columns.ts';
import { makePen, type Pen, type TextWish } from './pen.ts';

export interface TextDrawing extends Heading {
  readonly legend: readonly LegendItem[];
  draw(pen: Pen): { lines: string[]; note?: string };
}

/** Heading, plot, legend and what was left out. **Shape** lines of at most `width` columns, without trailing blanks. */
export function drawText(drawing: TextDrawing, width: number, wish: TextWish): string[] {
  const pen = makePen(width, wish);
  const { lines, note } = drawing.draw(pen);
  return [
    pen.paint('bold', pen.fit(drawing.title, pen.width)),
    ...(drawing.subtitle ? [pen.paint('muted', pen.fit(drawing.subtitle, pen.width))] : []),
    '',
    ...lines,
    ...legendLines(drawing.legend, pen),
    ...(note ? [pen.paint('muted', pen.fit(note, pen.width))] : []),
  ].map((line) => line.trimEnd());
}

function legendLines(items: readonly LegendItem[], pen: Pen): string[] {
  const lines: string[] = [];
  let line = '';
  let taken = 0;
  for (const item of items) {
    const label = pen.fit(item.label, Math.min(40, pen.width - 4));
    const needed = columns(label) + 4;
    if (taken > 0 && taken + needed + 2 > pen.width) {
      lines.push(line);
      [line, taken] = ['', 0];
    }
    line += `${taken > 0 ? '  ' : ''}${signOf(item, pen)} ${label}`;
    taken += needed + (taken > 0 ? 2 : 0);
  }
  return line ? ['', ...lines, line] : lines;
}

/** Two or three columns. */
function signOf({ sign, index }: LegendItem, pen: Pen): string {
  const { glyphs, paint } = pen;
  if (sign === 'suppressed') return paint('muted', glyphs.hatch.repeat(3));
  if (sign === 'missing') return paint('muted', ` ${glyphs.missing} `);
  if (sign === 'band') return paint(index, glyphs.band.repeat(3));
  return paint(index, pen.unicode && pen.colour ? '━━━' : ` ${glyphs.series[index % glyphs.series.length]!} `);
}
