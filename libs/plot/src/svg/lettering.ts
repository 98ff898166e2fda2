import { harmless } from '../harmless.ts';
import { element, escaped, type Attributes } from './element.ts';

/** DejaVu Sans where the picture is turned into pixels; Verdana has the same widths. */
export const fontFamily = "'DejaVu Sans', Verdana, sans-serif";

/** About how wide a text is: rather too wide than too narrow. **Units** pixels. */
export function textWidth(text: string, size: number): number {
  let sum = 0;
  for (const letter of text) sum += /[-iljIfrt .,:;'|!()[\]]/.test(letter) ? 0.41 : /[MWmw%@—…]/.test(letter) ? 1 : /[A-Z]/.test(letter) ? 0.72 : letter > '\u2e7f' ? 1.05 : 0.63;
  return sum * size;
}

/** Cut with an ellipsis to what fits. */
export function fitted(text: string, size: number, width: number): string {
  const clean = harmless(text, 300);
  if (textWidth(clean, size) <= width) return clean;
  const letters = [...clean];
  while (letters.length > 0 && textWidth(`${letters.join('')}…`, size) > width) letters.pop();
  return letters.length === 0 ? '' : `${letters.join('').trimEnd()}…`;
}

export const textAt = (x: number, y: number, text: string, attributes: Attributes): string => element('text', { x, y, ...attributes }, [escaped(text, 300)]);
