import { harmless } from '../harmless.ts';
import type { LegendItem } from '../legend.ts';
import { element } from './element.ts';
import { fitted, textAt, textWidth } from './lettering.ts';
import { small } from './sheet.ts';
import { seriesColour, seriesDash, type Palette } from './theme.ts';

const swatch = 22;
const line = 18;

export interface LegendPlace {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly hatch: string;
  readonly palette: Palette;
}

/** Signs with their meaning, in as many rows as they need. */
export function legendRows(items: readonly LegendItem[], { left, top, width, hatch, palette }: LegendPlace): { marks: string[]; bottom: number } {
  const marks: string[] = [];
  let [x, y] = [left, top];
  for (const item of items) {
    const label = fitted(harmless(item.label), small, Math.min(width - swatch - 8, 260));
    const taken = swatch + 6 + textWidth(label, small) + 14;
    if (x > left && x + taken > left + width) [x, y] = [left, y + line];
    marks.push(...signOf(item, x, y, hatch, palette), textAt(x + swatch + 6, y + 10, label, { 'font-size': small, fill: palette.muted }));
    x += taken;
  }
  return { marks, bottom: items.length === 0 ? top - 8 : y + line - 4 };
}

function signOf({ sign, index }: LegendItem, x: number, y: number, hatch: string, palette: Palette): string[] {
  const colour = seriesColour(palette, index);
  switch (sign) {
    case 'suppressed':
      return [element('rect', { x, y, width: swatch, height: 12, fill: hatch, stroke: palette.hatch, 'stroke-width': 0.75 })];
    case 'missing':
      return [missingSign(x + swatch / 2, y + 6, palette)];
    case 'band':
      return [element('rect', { x, y, width: swatch, height: 12, fill: colour, 'fill-opacity': 0.2 })];
    case 'series':
      return [element('line', { x1: x, x2: x + swatch, y1: y + 6, y2: y + 6, stroke: colour, 'stroke-width': 2, 'stroke-dasharray': seriesDash(index) })];
  }
}

/** What stands where there is no value: a cross, which is no length. */
export function missingSign(x: number, y: number, { muted }: Palette): string {
  return element('path', { d: `M${Math.round(x * 10) / 10 - 3} ${Math.round(y * 10) / 10 - 3}l6 6m0 -6l-6 6`, stroke: muted, 'stroke-width': 1.2, fill: 'none' });
}
