import type { Pen } from './pen.ts';

const rightwards = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
const upwards = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇'];

/** A bar of so many columns, to an eighth of one. */
export function barText(length: number, { unicode, glyphs }: Pen): string {
  if (!unicode) return glyphs.full.repeat(Math.round(length));
  const eighths = Math.round(length * 8);
  return '█'.repeat(Math.floor(eighths / 8)) + rightwards[eighths % 8]!;
}

/** A bar that ends at the right end of its room: terminals have half blocks for that side only. */
export function backwardBarText(length: number, { unicode, glyphs }: Pen): string {
  if (!unicode) return glyphs.full.repeat(Math.round(length));
  const halves = Math.round(length * 2);
  return (halves % 2 === 1 ? '▐' : '') + '█'.repeat(Math.floor(halves / 2));
}

/** The cell of an upright bar in a row counted from the bottom. **Units** rows. */
export function columnCell(height: number, row: number, { unicode, glyphs }: Pen): string {
  const filled = height - row;
  // Without eighths a bar ends in the row of its tick.
  if (!unicode) return filled >= 0 ? glyphs.full : ' ';
  if (filled >= 1) return '█';
  return upwards[Math.max(0, Math.min(7, Math.round(filled * 8)))]!;
}
