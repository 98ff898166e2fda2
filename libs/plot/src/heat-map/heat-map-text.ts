import { axisTitle } from '../axis.ts';
import { columns as columnsOf } from '../text/columns.ts';
import type { Pen } from '../text/pen.ts';
import { isSuppressed, known, type PlotValue } from '../value.ts';
import { cellText, partOf, type HeatMapPlot } from './heat-map-plot.ts';

/** Number and shade; where there is no room for numbers, shades alone. */
export function heatMapText(plot: HeatMapPlot, pen: Pen): { lines: string[]; note?: string } {
  const { rows, columns, cells } = plot;
  if (rows.length === 0 || columns.length === 0) return { lines: ['no data'] };
  // Columns are numbered where their names do not fit above them; rows carry the same numbers when they have the same names.
  const numberRoom = Math.max(5, ...cells.flat().map((value) => (known(value) === null ? 0 : cellText(known(value)!).length)));
  const longest = Math.max(...rows.map((name) => columnsOf(pen.fit(name, 200))));
  const labelRoom = Math.min(Math.floor(pen.width / 3), Math.max(columnsOf(pen.fit(axisTitle(plot.value), 200)), longest + 4));
  const room = pen.width - labelRoom - 1;
  const spacious = (numberRoom + 3) * columns.length <= room;
  const each = spacious ? Math.min(16, Math.floor(room / columns.length)) : Math.max(3, Math.min(numberRoom + 3, Math.floor(room / columns.length)));
  const shown = Math.min(columns.length, Math.floor(room / each));
  const named = columns.slice(0, shown).every((name) => columnsOf(pen.fit(name, 200)) <= each - 1);
  const place = (name: string): string => `${String(columns.indexOf(name) + 1).padStart(2)} `;
  const rowName = (name: string): string => (named || !columns.includes(name) ? name : place(name) + name);

  const head = `${pen.paint('muted', pen.left(axisTitle(plot.value), labelRoom))} ${columns.slice(0, shown).map((name, at) => pen.right(named ? name : String(at + 1), each)).join('')}`;
  const lines = rows.map((name, row) => `${pen.left(rowName(name), labelRoom)} ${cells[row]!.slice(0, shown).map((value) => cellOf(value, plot, each, spacious, pen)).join('')}`);
  const keys = named || rows.some((name) => columns.includes(name)) ? [] : columns.slice(0, shown).map((name, at) => pen.fit(`${at + 1} ${name}`, pen.width));
  return { lines: [head, ...lines, '', scaleLine(plot, pen), ...keys], note: shown < columns.length ? `the first ${shown} of ${columns.length} columns` : undefined };
}

const shades = [' ', '░', '▒', '▓', '█'];
const asciiShades = [' ', '.', '+', '*', '#'];

/** How far from the middle: both ends are dark, their signs are told by the number or by colour. */
function shadeOf(part: number, { unicode }: Pen): string {
  return (unicode ? shades : asciiShades)[Math.min(4, Math.round(Math.abs(part - 0.5) * 8))]!;
}

function cellOf(value: PlotValue, plot: HeatMapPlot, each: number, spacious: boolean, pen: Pen): string {
  const number = known(value);
  if (number === null) return ' '.repeat(each - (spacious ? 3 : 2)) + pen.paint('muted', isSuppressed(value) ? pen.glyphs.hatch.repeat(spacious ? 3 : 2) : `${spacious ? ' ' : ''} ${pen.glyphs.missing}`);
  const part = partOf(plot, number);
  const text = spacious ? cellText(number) : number < 0 && !pen.colour ? '-' : '';
  if (!pen.colour) return pen.right(`${text}${spacious ? ' ' : ''}${shadeOf(part, pen)}`.padStart(each).slice(-each), each).padStart(each);
  return ` ${background(part, pen.right(`${text} `, each - 1))}`;
}

/** Blue below the middle, orange above, from the 256 colours that nearly every terminal has. */
const blues = [24, 31, 74, 152];
const oranges = [223, 215, 208, 166];

function background(part: number, text: string): string {
  const away = Math.round(Math.abs(part - 0.5) * 8);
  if (away === 0) return text;
  const colour = part < 0.5 ? blues[4 - away]! : oranges[away - 1]!;
  return `\u001b[48;5;${colour};38;5;${part < 0.5 && away > 2 ? 255 : 16}m${text}\u001b[0m`;
}

function scaleLine(plot: HeatMapPlot, pen: Pen): string {
  const { low = -1, high = 1 } = plot;
  const parts = [0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1];
  const bar = parts.map((part) => (pen.colour ? background(part, '  ') : shadeOf(part, pen).repeat(2))).join('');
  return `${pen.fit(cellText(low), 8)} ${bar} ${pen.fit(cellText(high), 8)}`;
}
