/** Letters that take two columns of a terminal. **Source** Unicode 16 East Asian Width W and F, and emoji. */
const wide = /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1aff0}-\u{1b2ff}\u{1f1e6}-\u{1f1ff}\u{1f200}-\u{1f320}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;

const columnsOf = (letter: string): number => (letter < '\u0300' ? 1 : /^[\p{Mn}\p{Me}]$/u.test(letter) ? 0 : wide.test(letter) ? 2 : 1);

/** How many columns of a terminal a harmless text takes. */
export function columns(text: string): number {
  let sum = 0;
  for (const letter of text) sum += columnsOf(letter);
  return sum;
}

/** The beginning that fits, with an ellipsis where something was cut. */
export function cut(text: string, width: number, ellipsis = '…'): string {
  if (columns(text) <= width) return text;
  const room = width - columns(ellipsis);
  if (room <= 0) return ellipsis.slice(0, Math.max(0, width));
  let kept = '';
  let sum = 0;
  for (const letter of text) {
    sum += columnsOf(letter);
    if (sum > room) break;
    kept += letter;
  }
  return kept.trimEnd() + ellipsis;
}
