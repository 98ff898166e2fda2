import type { AnswerColumn, Cell } from '@podnet/elements';
import { harmless } from '@podnet/plot';

export interface CellText {
  readonly text: string;
  /** Nothing is there: not to be taken for a text that says so. */
  readonly empty: boolean;
}

export const nulledText = '«nulled by policy»';

const numeric = new Set(['number', 'integer', 'duration']);

/** Numbers stand at the right, everything else at the left. */
export const isRightAligned = ({ type, nulled }: AnswerColumn): boolean => numeric.has(type) && !nulled;

/** A column's cells as people read them; points of numbers stand below each other. **Shape** (rows). */
export function cellTexts(column: AnswerColumn, rows: number): CellText[] {
  const cells = column.values.slice(0, rows);
  if (column.nulled) return cells.map(() => ({ text: nulledText, empty: true }));
  const texts = cells.map((cell): CellText => (cell === null || cell === undefined ? { text: 'null', empty: true } : { text: textOf(cell, column.type), empty: false }));
  return column.type === 'number' ? pointsAligned(texts) : texts;
}

function textOf(cell: Exclude<Cell, null>, type: string): string {
  if (Array.isArray(cell)) return harmless(`[${cell.slice(0, 20).map((each: Cell) => (each === null ? 'null' : textOf(each, type.replace('list of ', '')))).join(', ')}${cell.length > 20 ? ', …' : ''}]`, 400);
  if (typeof cell === 'number') return type === 'duration' ? durationText(cell) : numberText(cell);
  if (typeof cell === 'boolean') return String(cell);
  return type === 'text' ? quotedWhereNeeded(cell as string) : harmless(cell as string, 400);
}

/** Six digits that count: `--json` has all of them. */
function numberText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '-∞';
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value + 0);
  const text = value.toPrecision(6);
  return text.includes('e') ? text.replace(/\.?0+e\+?/, 'e').replace('e+', 'e') : text.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');
}

/** What would be taken for nothing, or for a missing value, has quotes. */
const quotedWhereNeeded = (text: string): string => (text.trim() !== text || text === '' || text === 'null' ? harmless(`"${text}"`, 400) : harmless(text, 400));

/** 1 d 02:03:04.5 */
function durationText(milliseconds: number): string {
  if (!Number.isFinite(milliseconds)) return numberText(milliseconds);
  const size = Math.abs(milliseconds);
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const days = Math.floor(size / 86_400_000);
  const rest = Math.round(size % 1000);
  const clock = `${two((size / 3_600_000) % 24)}:${two((size / 60_000) % 60)}:${two((size / 1000) % 60)}${rest > 0 && rest < 1000 ? `.${String(rest).padStart(3, '0').replace(/0+$/, '')}` : ''}`;
  return `${milliseconds < 0 ? '-' : ''}${days > 0 ? `${days} d ` : ''}${clock}`;
}

/** Blanks after a number for the digits behind the point that others of its column have. */
function pointsAligned(texts: readonly CellText[]): CellText[] {
  const digits = ({ text, empty }: CellText): number | null => (empty || !/^-?\d+(\.\d+)?$/.test(text) ? null : text.includes('.') ? text.length - text.indexOf('.') : 0);
  const longest = Math.max(0, ...texts.map((cell) => digits(cell) ?? 0));
  return texts.map((cell) => {
    const own = digits(cell);
    return own === null ? cell : { ...cell, text: cell.text + ' '.repeat(longest - own) };
  });
}
