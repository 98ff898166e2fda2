/**
 * Names and texts of foreign origin made harmless for a page and a terminal: control characters, escape sequences, bidirectional and
 * invisible marks become `?`, stacked accents are cut to two, and long texts end with an ellipsis.
 */
export function harmless(text: string, most = 120): string {
  const visible = text.normalize('NFC').replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\p{Zl}\p{Zp}]/gu, '?').replace(/(\p{M}{2})\p{M}+/gu, '$1').replace(/\p{Zs}/gu, ' ').trim();
  const letters = [...visible];
  return letters.length <= most ? visible : `${letters.slice(0, most - 1).join('')}…`;
}

const spelled: Record<string, string> = { '…': '...', '±': '+/-', '×': 'x', '–': '-', '—': '-', '−': '-', 'ß': 'ss', 'æ': 'ae', 'Æ': 'AE', 'ø': 'o', 'Ø': 'O', 'ł': 'l', 'Ł': 'L', 'µ': 'u', 'μ': 'u', '°': 'deg', '€': 'EUR', '£': 'GBP', '≤': '<=', '≥': '>=', '’': "'", '“': '"', '”': '"' };
const raised = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** The same in ASCII, for terminals that have nothing else. */
export function inAscii(text: string): string {
  const powers = text.replace(/×10([⁻⁰¹²³⁴-⁹]+)/gu, (_, digits: string) => `e${[...digits].map((digit) => (digit === '⁻' ? '-' : String(raised.indexOf(digit)))).join('')}`);
  return [...powers].map((letter) => (letter <= '~' ? letter : (spelled[letter] ?? plainLetter(letter)))).join('');
}

function plainLetter(letter: string): string {
  const plain = letter.normalize('NFKD').replace(/\p{M}/gu, '');
  return /^[\x20-\x7e]+$/.test(plain) ? plain : '?';
}
