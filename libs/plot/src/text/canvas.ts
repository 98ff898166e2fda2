import { painted, type PaintedCell } from './painted.ts';
import type { Pen } from './pen.ts';

/** A field of cells; each is two dots wide and four dots high where the terminal has braille. */
export interface Canvas {
  /** **Shape** x from the left, y from the bottom, 0 to 1 each. */
  line(from: readonly [number, number], to: readonly [number, number], series: number): void;
  dot(at: readonly [number, number], series: number): void;
  /** Shades cells of a column of the field between two heights where nothing is drawn. */
  shade(x: number, low: number, high: number, series: number): void;
  /** Hatches columns of the field from bottom to top where nothing else is drawn. */
  hatch(from: number, to: number): void;
  /** Rows from the top, each `width` columns. */
  rows(): string[];
}

const dotBits = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]] as const;

/** Braille for one series or with colours; otherwise a mark for each series. */
export function makeCanvas(width: number, height: number, fine: boolean, pen: Pen): Canvas {
  const [across, down] = fine ? [2, 4] : [1, 1];
  const bits = new Uint8Array(width * height);
  const owner = new Int16Array(width * height).fill(-1);
  const shaded = new Int16Array(width * height).fill(-1);
  const hatched = new Uint8Array(width);
  const column = (x: number): number => Math.round(x * (width * across - 1));
  const row = (y: number): number => Math.round((1 - y) * (height * down - 1));

  function put(x: number, y: number, series: number): void {
    const cell = Math.floor(y / down) * width + Math.floor(x / across);
    bits[cell]! |= dotBits[y % 4]![x % 2]!;
    owner[cell] = series;
  }

  return {
    dot: ([x, y], series) => put(column(x), row(y), series),
    line([x0, y0], [x1, y1], series) {
      const [fromX, fromY, toX, toY] = [column(x0), row(y0), column(x1), row(y1)];
      const steps = Math.max(1, Math.abs(toX - fromX), Math.abs(toY - fromY));
      for (let at = 0; at <= steps; at++) put(Math.round(fromX + ((toX - fromX) * at) / steps), Math.round(fromY + ((toY - fromY) * at) / steps), series);
    },
    shade(x, low, high, series) {
      const at = Math.round(x * (width - 1));
      const [top, bottom] = [Math.round((1 - high) * (height - 1)), Math.round((1 - low) * (height - 1))];
      for (let y = top; y <= bottom; y++) shaded[y * width + at] = series;
    },
    hatch: (from, to) => void hatched.fill(1, Math.round(from * (width - 1)), Math.round(to * (width - 1)) + 1),
    rows: () => Array.from({ length: height }, (_, y) => painted(Array.from({ length: width }, (__, x) => cellAt(x, y * width + x)), pen)),
  };

  function cellAt(x: number, cell: number): PaintedCell {
    const series = owner[cell]!;
    if (series >= 0) return [fine ? String.fromCodePoint(0x2800 + bits[cell]!) : pen.glyphs.series[series % pen.glyphs.series.length]!, series];
    if (shaded[cell]! >= 0) return [pen.glyphs.band, shaded[cell]!];
    return [hatched[x] ? pen.glyphs.hatch : ' ', 'muted'];
  }
}
