import type { Paint, Pen } from './pen.ts';

export type PaintedCell = readonly [letter: string, paint: Paint];

/** Cells as text; neighbours of one paint are painted at once. */
export function painted(cells: readonly PaintedCell[], pen: Pen): string {
  let text = '';
  for (let from = 0; from < cells.length;) {
    let to = from;
    while (to < cells.length && cells[to]![1] === cells[from]![1]) to++;
    text += pen.paint(cells[from]![1], cells.slice(from, to).map(([letter]) => letter).join(''));
    from = to;
  }
  return text;
}
