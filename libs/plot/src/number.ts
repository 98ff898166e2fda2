const raised = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];

/** A value as people read it: whole numbers in full, others with four digits that count; powers of ten for huge and tiny ones. */
export function valueText(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e7 || size < 1e-4) return powerText(value, 3);
  if (Number.isInteger(value)) return grouped(value.toFixed(0));
  const decimals = Math.max(0, 3 - Math.floor(Math.log10(size)));
  return grouped(withoutZeros(value.toFixed(Math.min(decimals, 8))));
}

/** A tick of an axis, with as many decimals as its step needs. */
export function tickText(value: number, step: number): string {
  if (value === 0 || Math.abs(value) < step / 1e6) return '0';
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const size = Math.abs(value);
  if (size >= 1e7 || decimals > 4) return powerText(value, Math.min(12, Math.max(0, Math.floor(Math.log10(size) + 1e-9) - Math.floor(Math.log10(step) + 1e-9))));
  return grouped(value.toFixed(decimals));
}

function powerText(value: number, decimals: number): string {
  const [digits, power] = value.toExponential(decimals).split('e') as [string, string];
  const sign = power.startsWith('-') ? '⁻' : '';
  return `${withoutZeros(digits)}×10${sign}${[...power.slice(1)].map((digit) => raised[Number(digit)]).join('')}`;
}

const withoutZeros = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);

/** 12,345.6 */
function grouped(text: string): string {
  const [whole, part] = text.split('.') as [string, string?];
  const commas = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return part === undefined ? commas : `${commas}.${part}`;
}
