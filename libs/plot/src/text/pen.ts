import { harmless, inAscii } from '../harmless.ts';
import { columns, cut } from './columns.ts';

export type Paint = 'muted' | 'bold' | number;

/** How a plot is written on a terminal: every text goes through it, so none can be wider than it may or do anything. */
export interface Pen {
  readonly width: number;
  readonly unicode: boolean;
  readonly colour: boolean;
  readonly glyphs: Glyphs;
  /** Harmless, in the letters of the terminal, cut to a width. */
  fit(text: string, width: number): string;
  /** The same, filled up with blanks. */
  left(text: string, width: number): string;
  right(text: string, width: number): string;
  paint(paint: Paint, text: string): string;
}

export interface Glyphs {
  readonly full: string;
  readonly hatch: string;
  readonly missing: string;
  readonly band: string;
  readonly vertical: string;
  readonly horizontal: string;
  readonly corner: string;
  /** On the vertical axis. */
  readonly tickLeft: string;
  /** On the horizontal axis. */
  readonly tickDown: string;
  readonly series: readonly string[];
}

const unicodeGlyphs: Glyphs = { full: '█', hatch: '╱', missing: '×', band: '░', vertical: '│', horizontal: '─', corner: '└', tickLeft: '┤', tickDown: '┬', series: ['●', '▲', '■', '◆', '○', '△', '□', '◇'] };
const asciiGlyphs: Glyphs = { full: '#', hatch: '/', missing: 'x', band: '.', vertical: '|', horizontal: '-', corner: '+', tickLeft: '+', tickDown: '+', series: ['*', 'o', '+', '@', '%', '&', '=', '~'] };

/** The sixteen colours of a terminal follow its owner's theme. */
const seriesCodes = [36, 33, 35, 32, 34, 31];

export interface TextWish {
  readonly colour?: boolean;
  readonly unicode?: boolean;
}

export function makePen(width: number, { colour = false, unicode = true }: TextWish): Pen {
  const fit = (text: string, most: number): string => {
    const clean = harmless(text, 400);
    return unicode ? cut(clean, most) : cut(inAscii(clean), most, '...');
  };
  const gap = (text: string, most: number): string => ' '.repeat(Math.max(0, most - columns(text)));
  const codes = (paint: Paint): string => (paint === 'muted' ? '2' : paint === 'bold' ? '1' : String(seriesCodes[paint % seriesCodes.length]));
  return {
    width: Number.isFinite(width) ? Math.min(200, Math.max(40, Math.floor(width))) : 80,
    unicode,
    colour,
    glyphs: unicode ? unicodeGlyphs : asciiGlyphs,
    fit,
    left: (text, most) => { const fitted = fit(text, most); return fitted + gap(fitted, most); },
    right: (text, most) => { const fitted = fit(text, most); return gap(fitted, most) + fitted; },
    paint: (paint, text) => (colour && text.trim() ? `\u001b[${codes(paint)}m${text}\u001b[0m` : text),
  };
}
