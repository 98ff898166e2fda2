import { axisTitle, type Axis } from '../axis.ts';
import { harmless } from '../harmless.ts';
import type { Scale } from '../scale.ts';
import { element, type Attributes } from './element.ts';
import { missingSign } from './legend.ts';
import { fitted, textAt, textWidth } from './lettering.ts';
import { normal, small, type Area, type Sheet } from './sheet.ts';

/** Categories along one axis, values along the other; upright, or lying where labels are too long to stand below each other's bars. */
export interface CategoryFrame {
  readonly marks: string[];
  /** Breadth of a category. **Units** pixels. */
  readonly slot: number;
  readonly lying: boolean;
  readonly zero: number;
  rect(at: number, share: number, from: number, to: number, attributes: Attributes): string;
  /** A line across a category, at a value. */
  across(at: number, share: number, value: number, attributes: Attributes): string;
  /** A line along the values, in the middle of a category. */
  along(at: number, from: number, to: number, attributes: Attributes): string;
  dot(at: number, value: number, radius: number, attributes: Attributes): string;
  suppressed(at: number, share: number): string;
  missing(at: number): string;
  /** A number beyond the end of a bar, where there is room. */
  valueLabel(at: number, value: number, text: string): string[];
}

/** At most as many categories as can be told apart. */
export const mostCategories = ({ area }: Sheet): number => Math.max(8, Math.floor((area.right - area.left - 60) / 4));

export function categoryFrame(sheet: Sheet, labels: readonly string[], categories: Axis, scale: Scale, values: Axis): CategoryFrame {
  const { area, palette, hatch } = sheet;
  const names = labels.map((label) => harmless(label) || '(empty)');
  const longest = Math.max(0, ...names.map((name) => textWidth(name, small)));
  const tickRoom = Math.max(10, ...scale.ticks.map(({ label }) => textWidth(label, small))) + 8;
  const count = Math.max(1, names.length);
  const upright = longest + 8 <= (area.right - area.left - tickRoom) / count;
  const lying = !upright && (area.bottom - area.top - 60) / count >= 13;

  const inner: Area = lying
    ? { left: area.left + Math.min(longest, (area.right - area.left) * 0.36) + 10, top: area.top + 28, right: area.right - 40, bottom: area.bottom - 36 }
    : { left: area.left + tickRoom, top: area.top + 28, right: area.right, bottom: area.bottom - 36 };
  const slot = (lying ? inner.bottom - inner.top : inner.right - inner.left) / count;
  const middle = (at: number): number => (lying ? inner.top : inner.left) + (at + 0.5) * slot;
  const place = (value: number): number => (lying ? inner.left + scale.at(value) * (inner.right - inner.left) : inner.bottom - scale.at(value) * (inner.bottom - inner.top));
  const zero = Math.min(scale.high, Math.max(scale.low, 0));

  const box = (from: [number, number], to: [number, number], attributes: Attributes): string => {
    const [[a, b], [c, d]] = lying ? [[from[1], from[0]], [to[1], to[0]]] : [from, to];
    return element('rect', { x: Math.min(a, c), y: Math.min(b, d), width: Math.abs(c - a), height: Math.abs(d - b), ...attributes });
  };
  const line = (from: [number, number], to: [number, number], attributes: Attributes): string => {
    const [[x1, y1], [x2, y2]] = lying ? [[from[1], from[0]], [to[1], to[0]]] : [from, to];
    return element('line', { x1, y1, x2, y2, ...attributes });
  };
  const ends = lying ? [inner.left, inner.right] as const : [inner.bottom, inner.top] as const;

  return {
    marks: axes(),
    slot,
    lying,
    zero,
    rect: (at, share, from, to, attributes) => box([middle(at) - (slot * share) / 2, place(from)], [middle(at) + (slot * share) / 2, place(to)], attributes),
    across: (at, share, value, attributes) => line([middle(at) - (slot * share) / 2, place(value)], [middle(at) + (slot * share) / 2, place(value)], attributes),
    along: (at, from, to, attributes) => line([middle(at), place(from)], [middle(at), place(to)], attributes),
    dot: (at, value, r, attributes) => (lying ? element('circle', { cx: place(value), cy: middle(at), r, ...attributes }) : element('circle', { cx: middle(at), cy: place(value), r, ...attributes })),
    // From end to end: it could be anything, and nobody takes it for a bar.
    suppressed: (at, share) => box([middle(at) - (slot * share) / 2, ends[0]], [middle(at) + (slot * share) / 2, ends[1]], { class: 'suppressed', fill: hatch, 'fill-opacity': 0.75 }),
    missing: (at) => (lying ? missingSign(place(zero) + 9, middle(at), palette) : missingSign(middle(at), place(zero) - 9, palette)),
    valueLabel(at, value, text) {
      const below = value < 0;
      if (lying) return slot < 12 ? [] : [textAt(place(value) + (below ? -5 : 5), middle(at) + 4, text, { 'font-size': 10, fill: palette.ink, 'text-anchor': below ? 'end' : 'start' })];
      return textWidth(text, 10) > slot - 2 ? [] : [textAt(middle(at), place(value) + (below ? 13 : -5), text, { 'font-size': 10, fill: palette.ink, 'text-anchor': 'middle' })];
    },
  };

  function axes(): string[] {
    const upper = lying ? axisTitle(categories) : axisTitle(values);
    const lower = lying ? axisTitle(values) : axisTitle(categories);
    const marks = [textAt(area.left, area.top + 8, fitted(upper, small, area.right - area.left), { 'font-size': small, fill: palette.muted })];
    let free = -Infinity;
    for (const { value, label } of scale.ticks) {
      const at = place(value);
      marks.push(lying ? element('line', { x1: at, x2: at, y1: inner.top, y2: inner.bottom, stroke: palette.grid }) : element('line', { x1: inner.left, x2: inner.right, y1: at, y2: at, stroke: palette.grid }));
      const half = textWidth(label, small) / 2;
      if (lying && at - half < free + 6) continue;
      free = at + half;
      marks.push(lying ? textAt(at, inner.bottom + 16, label, { 'font-size': small, fill: palette.muted, 'text-anchor': 'middle' }) : textAt(inner.left - 7, at + 4, label, { 'font-size': small, fill: palette.muted, 'text-anchor': 'end' }));
    }
    const base = place(zero);
    marks.push(lying ? element('line', { x1: base, x2: base, y1: inner.top, y2: inner.bottom, stroke: palette.axis }) : element('line', { x1: inner.left, x2: inner.right, y1: base, y2: base, stroke: palette.axis }));
    // Where there is no room for every name, every second, third … has one.
    const every = lying || upright ? 1 : roundStep(Math.min(longest + 10, 90) / slot);
    names.forEach((name, at) => {
      if (at % every !== 0) return;
      marks.push(lying
        ? textAt(inner.left - 7, middle(at) + 4, fitted(name, small, inner.left - area.left - 8), { 'font-size': small, fill: palette.ink, 'text-anchor': 'end' })
        : textAt(middle(at), inner.bottom + 17, fitted(name, small, every * slot - 4), { 'font-size': small, fill: palette.ink, 'text-anchor': 'middle' }));
    });
    marks.push(textAt((inner.left + inner.right) / 2, inner.bottom + 34, fitted(lower, normal, inner.right - inner.left), { 'font-size': normal, fill: palette.ink, 'text-anchor': 'middle' }));
    return marks;
  }
}

/** 1, 2, 5, 10, 20 …: the first that is enough. */
function roundStep(least: number): number {
  for (let power = 1; ; power *= 10) for (const unit of [1, 2, 5]) if (unit * power >= least) return unit * power;
}
