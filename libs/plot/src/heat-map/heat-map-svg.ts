import { axisTitle } from '../axis.ts';
import { harmless } from '../harmless.ts';
import { element } from '../svg/element.ts';
import { missingSign } from '../svg/legend.ts';
import { fitted, textAt, textWidth } from '../svg/lettering.ts';
import { nothingToDraw } from '../svg/position-frame.ts';
import { small, type Sheet } from '../svg/sheet.ts';
import { heatColour, letterOn } from '../svg/theme.ts';
import { isSuppressed, known } from '../value.ts';
import { cellText, partOf, type HeatMapPlot } from './heat-map-plot.ts';

export function heatMapSvg(plot: HeatMapPlot, sheet: Sheet): { marks: string[] } {
  const { area, palette } = sheet;
  if (plot.rows.length === 0 || plot.columns.length === 0) return { marks: [nothingToDraw(sheet, 'no data')] };
  const bar = 74;
  const wish = Math.max(...plot.rows.map((name) => textWidth(harmless(name), small)));
  const left = area.left + Math.min(wish + 10, (area.right - area.left) * 0.3);
  const cellWidth = Math.min(96, (area.right - bar - left) / plot.columns.length);
  const longest = Math.max(...plot.columns.map((name) => textWidth(harmless(name), small)));
  // Names stand upright only where they do not fit above their column.
  const turned = longest > cellWidth - 4;
  const head = turned ? Math.min(longest + 8, (area.bottom - area.top) * 0.3) : 20;
  const top = area.top + head;
  const cellHeight = Math.min(60, (area.bottom + 8 - top) / plot.rows.length);
  // Letters for the widest number, or for none: cells with and without would look as if they differed.
  const texts = plot.cells.flat().map(known).filter((value) => value !== null).map(cellText);
  const widest = Math.max(1, ...texts.map((text) => textWidth(text, 1)));
  const size = Math.min(small, cellHeight * 0.6, (cellWidth - 3) / widest);
  const gap = Math.min(cellWidth, cellHeight) > 10 ? 1 : 0;

  const marks = plot.columns.map((name, column) => {
    const x = left + (column + 0.5) * cellWidth;
    return turned
      ? textAt(0, 0, fitted(name, small, head - 6), { 'font-size': Math.min(small, cellWidth), fill: palette.ink, transform: `translate(${Math.round(x + 4)} ${Math.round(top - 6)}) rotate(-90)` })
      : textAt(x, top - 7, fitted(name, small, cellWidth - 4), { 'font-size': small, fill: palette.ink, 'text-anchor': 'middle' });
  });
  plot.rows.forEach((name, row) => {
    const y = top + row * cellHeight;
    if (cellHeight >= 8) marks.push(textAt(left - 8, y + cellHeight / 2 + 4, fitted(name, small, left - area.left - 10), { 'font-size': Math.min(small, cellHeight), fill: palette.ink, 'text-anchor': 'end' }));
    plot.cells[row]!.forEach((value, column) => {
      const x = left + column * cellWidth;
      const place = { x: x + gap, y: y + gap, width: cellWidth - 2 * gap, height: cellHeight - 2 * gap };
      const number = known(value);
      if (number === null) {
        marks.push(element('rect', { class: isSuppressed(value) ? 'suppressed' : 'missing', ...place, fill: isSuppressed(value) ? sheet.hatch : 'none', stroke: palette.grid }));
        if (!isSuppressed(value)) marks.push(missingSign(x + cellWidth / 2, y + cellHeight / 2, palette));
        return;
      }
      const fill = heatColour(palette, partOf(plot, number));
      marks.push(element('rect', { class: 'cell', ...place, fill }));
      const text = cellText(number);
      if (size >= 7) marks.push(textAt(x + cellWidth / 2, y + cellHeight / 2 + size * 0.36, text, { 'font-size': size, fill: letterOn(fill), 'text-anchor': 'middle' }));
    });
  });
  return { marks: [...marks, ...colourBar(plot, sheet, { left: left + plot.columns.length * cellWidth + 18, top, bottom: top + Math.max(60, Math.min(220, plot.rows.length * cellHeight)) })] };
}

/** What a colour means: high on top. */
function colourBar(plot: HeatMapPlot, { area, palette }: Sheet, { left, top, bottom }: { left: number; top: number; bottom: number }): string[] {
  const { low = -1, high = 1 } = plot;
  const steps = 40;
  const height = (bottom - top) / steps;
  const marks = Array.from({ length: steps }, (_, at) => element('rect', { x: left, y: bottom - (at + 1) * height, width: 12, height: height + 0.4, fill: heatColour(palette, (at + 0.5) / steps) }));
  const label = { 'font-size': 10, fill: palette.muted };
  for (const [value, y] of [[high, top + 8], [low / 2 + high / 2, (top + bottom) / 2 + 4], [low, bottom]] as const) marks.push(textAt(left + 17, y, fitted(cellText(value), 10, area.right - left - 17 + 12), label));
  marks.push(textAt(area.right, top - 9, fitted(axisTitle(plot.value), small, 86), { ...label, 'font-size': small, 'text-anchor': 'end' }));
  return marks;
}
