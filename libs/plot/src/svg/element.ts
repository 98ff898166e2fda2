import { harmless } from '../harmless.ts';

export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** Text that cannot leave its place in XML. */
export const escaped = (text: string, most?: number): string =>
  harmless(text, most).replace(/[&<>"']/g, (letter) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[letter]!);

const rounded = (value: number): string => String(Math.round(value * 100) / 100 + 0);

/** One element. Values are escaped; children are elements already. */
export function element(name: string, attributes: Attributes, children?: readonly string[]): string {
  const list = Object.entries(attributes).filter(([, value]) => value !== undefined).map(([key, value]) => ` ${key}="${typeof value === 'number' ? rounded(value) : escaped(value!, Infinity)}"`).join('');
  return children === undefined ? `<${name}${list}/>` : `<${name}${list}>${children.join('')}</${name}>`;
}

/** A path through points. */
export const pathOf = (points: readonly (readonly [number, number])[]): string => points.map(([x, y], at) => `${at === 0 ? 'M' : 'L'}${rounded(x)} ${rounded(y)}`).join('');
