const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * The one spelling of a category's value: `1.0`, `01`, ` 1` and 1 are all `1`. Other texts are only trimmed.
 * Numerals that a double cannot tell apart (more than 15 significant digits, or beyond its range) stay texts: they are
 * identifiers rather than numbers, and two of them must not become one category.
 */
export function canonicalValue(value: string | number | boolean): string {
  const text = String(value).trim();
  if (!decimal.test(text)) return text;
  const digits = text.replace(/e.*$/i, '').replace(/[+.-]/g, '').replace(/^0+|0+$/g, '');
  const number = Number(text);
  if (digits.length > 15 && typeof value !== 'number') return text;
  if (!Number.isFinite(number) || (number === 0 && digits !== '')) return text;
  return number === 0 ? '0' : String(number);
}
