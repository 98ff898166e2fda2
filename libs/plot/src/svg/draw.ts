import type { Heading } from '../kind.ts';
import type { LegendItem } from '../legend.ts';
import { element, escaped } from './element.ts';
import { legendRows } from './legend.ts';
import { fitted, fontFamily, textAt } from './lettering.ts';
import { normal, small, type Sheet } from './sheet.ts';
import { palettes, type Palette, type Theme } from './theme.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Drawing extends Heading {
  /** The plot in one sentence, for who cannot see it. */
  readonly says: string;
  readonly legend: readonly LegendItem[];
  draw(sheet: Sheet): { marks: string[]; note?: string };
}

const clamp = (value: number, low: number, high: number): number => (Number.isFinite(value) ? Math.min(high, Math.max(low, Math.round(value))) : low);

/** A whole SVG document: heading, legend and plot. No scripts, links, styles or fonts from elsewhere. */
export function drawSvg(drawing: Drawing, size: Size, theme: Theme): string {
  const palette = palettes[theme];
  const width = clamp(size.width, 240, 4000);
  const margin = 16;
  const inner = width - 2 * margin;
  const wished = clamp(size.height, 180, 4000);
  // Several plots on one page must not take each other's names.
  const id = `plot-${hashed(`${theme}${width}.${wished}${drawing.title}${drawing.says}`)}`;

  const parts: string[] = [];
  let y = margin + 14;
  parts.push(textAt(margin, y, fitted(drawing.title, 16, inner), { 'font-size': 15, 'font-weight': 'bold', fill: palette.ink }));
  if (drawing.subtitle) parts.push(textAt(margin, (y += 18), fitted(drawing.subtitle, normal, inner), { 'font-size': normal, fill: palette.muted }));
  const legend = legendRows(drawing.legend, { left: margin, top: y + 8, width: inner, hatch: `url(#${id}-hatch)`, palette });
  parts.push(...legend.marks);
  y = legend.bottom;
  // A long legend must not leave the plot without room.
  const height = Math.max(wished, Math.ceil(y) + 130);
  const area = { left: margin, top: y + 12, right: width - margin, bottom: height - margin };
  const { marks, note } = drawing.draw({ area: { ...area, bottom: area.bottom - 8 }, palette, hatch: `url(#${id}-hatch)` });
  if (note) parts.push(textAt(width - margin, height - 8, fitted(note, small, inner), { 'font-size': 10, fill: palette.muted, 'text-anchor': 'end' }));

  const attributes = { xmlns: 'http://www.w3.org/2000/svg', width, height, viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-labelledby': `${id}-title ${id}-desc`, 'font-family': fontFamily, 'font-size': normal };
  return `${element('svg', attributes, [
    element('title', { id: `${id}-title` }, [escaped(drawing.title, 300)]),
    element('desc', { id: `${id}-desc` }, [escaped(drawing.says, 1000)]),
    element('defs', {}, [hatchOf(`${id}-hatch`, palette)]),
    element('rect', { width, height, fill: palette.paper }),
    ...parts,
    ...marks,
  ].join('\n').split('\n').map((line) => `\n${line}`).concat('\n'))}\n`;
}

const hatchOf = (id: string, palette: Palette): string =>
  element('pattern', { id, width: 6, height: 6, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' }, [element('line', { x1: 0, y1: 0, x2: 0, y2: 6, stroke: palette.hatch, 'stroke-width': 1.6 })]);

/** FNV-1a, 32 bits: a name, not a secret. */
function hashed(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(36);
}
