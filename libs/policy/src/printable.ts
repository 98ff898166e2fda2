const longest = 100;

/**
 * A name as it may stand in a sentence. Names of custom elements and of what was asked for are written by modellers:
 * control characters could repaint a terminal and invisible marks could turn a sentence around, so these become `?`,
 * and the rest of a long name is cut off.
 */
export function printable(name: unknown): string {
  if (typeof name !== 'string') return '?';
  return name.length > longest ? `${plainText(name.slice(0, longest))}…` : plainText(name);
}

/** A text of any length without what could repaint or turn it. */
export function plainText(name: string): string {
  for (let index = 0; index < name.length; index += 1) {
    if (!isPlain(name.charCodeAt(index))) return clean(name);
  }
  return name;
}

/** Not a control, a soft hyphen, a zero-width or bidirectional mark, a line separator, or half of a pair. */
function isPlain(code: number): boolean {
  if (code < 0x7f) return code >= 0x20;
  if (code < 0xa0 || code === 0xad || code === 0x61c || code === 0xfeff) return false;
  if (code >= 0x200b && code <= 0x206f) return code >= 0x2010 && code <= 0x2027;
  return code < 0xd800 || code > 0xdfff;
}

function clean(name: string): string {
  let text = '';
  for (let index = 0; index < name.length; index += 1) text += isPlain(name.charCodeAt(index)) ? name.charAt(index) : '?';
  return text;
}
