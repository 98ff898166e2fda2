import { axisTitle, type Axis } from '../axis.ts';
import type { Scale } from '../scale.ts';
import { element } from './element.ts';
import { fitted, textAt, textWidth } from './lettering.ts';
import { normal, small, type Area, type Sheet } from './sheet.ts';

export interface PositionFrame {
  readonly inner: Area;
  readonly marks: string[];
  x(value: number): number;
  y(value: number): number;
}

/** Two axes of numbers with grid, ticks and titles. The title of y stands above its axis, where it can be read without turning the head. */
export function positionFrame({ area, palette }: Sheet, x: { axis: Axis; scale: Scale }, y: { axis: Axis; scale: Scale }): PositionFrame {
  const labels = y.scale.ticks.map(({ label }) => textWidth(label, small));
  const inner: Area = { left: area.left + Math.max(10, ...labels) + 8, top: area.top + 28, right: area.right - 12, bottom: area.bottom - 36 };
  const at = { x: (value: number) => inner.left + x.scale.at(value) * (inner.right - inner.left), y: (value: number) => inner.bottom - y.scale.at(value) * (inner.bottom - inner.top) };
  const marks = [textAt(area.left, area.top + 8, fitted(axisTitle(y.axis), small, area.right - area.left), { 'font-size': small, fill: palette.muted })];
  for (const { value, label } of y.scale.ticks) {
    marks.push(element('line', { x1: inner.left, x2: inner.right, y1: at.y(value), y2: at.y(value), stroke: palette.grid }));
    marks.push(textAt(inner.left - 7, at.y(value) + 4, label, { 'font-size': small, fill: palette.muted, 'text-anchor': 'end' }));
  }
  marks.push(element('line', { x1: inner.left, x2: inner.right, y1: inner.bottom, y2: inner.bottom, stroke: palette.axis }));
  let free = -Infinity;
  for (const { value, label } of x.scale.ticks) {
    const [place, half] = [at.x(value), textWidth(label, small) / 2];
    marks.push(element('line', { x1: place, x2: place, y1: inner.bottom, y2: inner.bottom + 4, stroke: palette.axis }));
    if (place - half < free + 6 || place + half > area.right + 14) continue;
    free = place + half;
    marks.push(textAt(place, inner.bottom + 17, label, { 'font-size': small, fill: palette.muted, 'text-anchor': 'middle' }));
  }
  marks.push(textAt((inner.left + inner.right) / 2, inner.bottom + 34, fitted(axisTitle(x.axis), normal, inner.right - inner.left), { 'font-size': normal, fill: palette.ink, 'text-anchor': 'middle' }));
  return { inner, marks, ...at };
}

/** What stands in an area without anything to draw. */
export const nothingToDraw = ({ area, palette }: Sheet, sentence: string): string =>
  textAt((area.left + area.right) / 2, (area.top + area.bottom) / 2, sentence, { 'font-size': normal, fill: palette.muted, 'text-anchor': 'middle' });
