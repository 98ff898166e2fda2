import { plainText } from './plain-text.ts';

/** A table whose columns are as wide as their content; the first row is its head. Cells are made harmless. */
export function table(rows: readonly (readonly string[])[]): string {
  const clean = rows.map((row) => row.map((cell) => plainText(cell).replaceAll('\n', ' ')));
  const widths = clean[0]!.map((_, column) => Math.max(...clean.map((row) => width(row[column] ?? ''))));
  const line = (row: readonly string[]): string => row.map((cell, column) => cell + ' '.repeat(widths[column]! - width(cell))).join('   ').trimEnd();
  const [head, ...body] = clean;
  return [line(head!), widths.map((each) => '─'.repeat(each)).join('───'), ...body.map(line)].join('\n');
}

/** Code points stand for columns: good enough for Latin, Greek and Cyrillic names. */
const width = (text: string): number => [...text].length;

export const indented = (text: string, by = '  '): string => text.split('\n').map((line) => (line ? by + line : line)).join('\n');
