import type { Scale } from '../scale.ts';
import { columns } from './columns.ts';
import type { Pen } from './pen.ts';

/** The lower axis of a plot: a line with ticks, and their labels where they do not touch. **Shape** two lines, `indent + width` columns at most. */
export function axisLines(scale: Scale, width: number, indent: number, pen: Pen): [string, string] {
  const { glyphs } = pen;
  const line = Array.from({ length: width }, () => glyphs.horizontal);
  const total = indent + width;
  let labels = '';
  for (const { value, label } of scale.ticks) {
    const at = Math.round(scale.at(value) * (width - 1));
    line[at] = glyphs.tickDown;
    const text = pen.fit(label, width);
    const from = Math.min(total - columns(text), Math.max(0, indent + at - Math.floor((columns(text) - 1) / 2)));
    if (labels && from < columns(labels) + 2) continue;
    labels += ' '.repeat(from - columns(labels)) + text;
  }
  return [line.join(''), pen.paint('muted', labels)];
}

/** The title of the lower axis, in the middle below it. */
export function axisName(name: string, width: number, indent: number, pen: Pen): string {
  const text = pen.fit(name, Math.min(pen.width, width + indent));
  return ' '.repeat(Math.max(0, Math.min(pen.width - columns(text), indent + Math.floor((width - columns(text)) / 2)))) + pen.paint('muted', text);
}

/** Labels of the left axis by row, counted from the bottom; a row has one label at most. */
export function tickRows(scale: Scale, height: number): Map<number, string> {
  const rows = new Map<number, string>();
  for (const { value, label } of scale.ticks) {
    const row = Math.round(scale.at(value) * (height - 1));
    if (!rows.has(row)) rows.set(row, label);
  }
  return rows;
}

/** The left margin of a row, with its tick where it has one. */
export function marginOf(row: number, ticks: ReadonlyMap<number, string>, width: number, pen: Pen): string {
  const label = ticks.get(row);
  return `${pen.paint('muted', pen.right(label ?? '', width - 2))} ${label === undefined ? pen.glyphs.vertical : pen.glyphs.tickLeft}`;
}

export const marginWidth = (scale: Scale, pen: Pen): number => Math.min(Math.floor(pen.width / 3), Math.max(1, ...scale.ticks.map(({ label }) => columns(pen.fit(label, pen.width)))) + 2);
