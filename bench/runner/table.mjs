/** Rows as a table for people. */
export function tableOf(rows) {
  const lines = [['figure', 'value', 'unit', 'aim', '', 'versus'], ...rows.map(cells)];
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const numeric = new Set([1, 3]);
  const text = (line) => line.map((cell, column) => (numeric.has(column) ? cell.padStart(widths[column]) : cell.padEnd(widths[column]))).join('  ').trimEnd();
  return `${[text(lines[0]), widths.map((width) => '─'.repeat(width)).join('──'), ...lines.slice(1).map(text)].join('\n')}\n`;
}

function cells({ name, value, unit, aim, ok, versus }) {
  const beside = versus ? `${versus.ratio.toFixed(2)} × ${versus.name}${versus.value === undefined ? '' : ` (${shown(versus.value)} ${versus.unit})`}` : '';
  return [name, value === null ? 'not measured' : shown(value), unit, aim ?? '–', ok ? '✓' : '✗', beside];
}

/** Three digits that matter, and thousands apart. */
function shown(value) {
  if (Math.abs(value) >= 1000) return Math.round(value).toString().replace(/\B(?=(\d{3})+$)/g, ' ');
  return String(Number(value.toPrecision(3)));
}
