import type { Answer, AnswerColumn } from '@podnet/elements';
import { columns as widthOf, cut, harmless } from '@podnet/plot';
import { makeStyle } from '@podnet/terminal';
import { envelopeOf } from '../answer.ts';
import { cellTexts, isRightAligned, type CellText } from './answer-cells.ts';

export interface Showing {
  /** The answer as it is, for programs. */
  readonly json: boolean;
  readonly colour: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  /** At most so many rows for people. */
  readonly rows?: number;
}

/** Wider cells are cut: `--json` has them whole. */
const widestCell = 48;
const gap = '   ';

interface Strip {
  readonly width: number;
  readonly lines: readonly string[];
}

/**
 * An answer for people: columns with their types, numbers aligned, columns below each other in several tables where they do not fit beside
 * each other, and what was left out, nulled or warned of. With `json` the one line that programs read.
 */
export function showAnswer(answer: Answer, { json, colour, width, rows: most = 100 }: Showing): string {
  if (json) return envelopeOf({ data: answer });
  const room = Math.max(20, Math.min(1000, Math.floor(width) || 80));
  const shown = Math.min(answer.rows, most);
  const style = makeStyle(colour);
  const tables = packed(answer.columns.map((column) => stripOf(column, shown, Math.min(widestCell, room), style)), room)
    .map((strips) => Array.from({ length: shown + 3 }, (_, line) => strips.map(({ lines }) => lines[line]!).join(line === 2 ? '───' : gap).trimEnd()).join('\n'));
  return [...tables, notes(answer, shown, room, style).join('\n')].join('\n\n');
}

function stripOf(column: AnswerColumn, rows: number, most: number, style: ReturnType<typeof makeStyle>): Strip {
  const cells = cellTexts(column, rows);
  const name = harmless(column.name, 400) || '""';
  const width = Math.min(most, Math.max(widthOf(name), widthOf(column.type), ...cells.map(({ text }) => widthOf(text))));
  const right = isRightAligned(column);
  const padded = (text: string, paint: (text: string) => string = (same) => same): string => {
    const fitted = cut(text, width);
    const blanks = ' '.repeat(width - widthOf(fitted));
    return right ? blanks + paint(fitted) : paint(fitted) + blanks;
  };
  const line = ({ text, empty }: CellText): string => padded(text, empty ? style.dim : undefined);
  return { width, lines: [padded(name, style.bold), padded(column.type, style.dim), '─'.repeat(width), ...cells.map(line)] };
}

/** As many columns beside each other as fit, the rest below. */
function packed(strips: readonly Strip[], room: number): Strip[][] {
  const tables: Strip[][] = [];
  let taken = Infinity;
  for (const strip of strips) {
    if (taken + gap.length + strip.width > room) {
      tables.push([strip]);
      taken = strip.width;
    } else {
      tables.at(-1)!.push(strip);
      taken += gap.length + strip.width;
    }
  }
  return tables;
}

function notes({ rows, columns, suppressed, warnings }: Answer, shown: number, room: number, style: ReturnType<typeof makeStyle>): string[] {
  const nulled = columns.filter((column) => column.nulled).length;
  const count = `${rows} ${rows === 1 ? 'row' : 'rows'}${shown < rows ? `; the first ${shown} are shown, --json has all` : ''}`;
  return [
    style.dim(cut(count, room)),
    ...(nulled > 0 ? wrapped(`${nulled} ${nulled === 1 ? 'column was' : 'columns were'} nulled by policy: whatever they held is not in the answer.`, room) : []),
    ...(suppressed ? wrapped('Small groups were left out: too few people stand behind them.', room) : []),
    ...warnings.flatMap((warning) => wrapped(`! ${harmless(warning, 400)}`, room).map((line) => style.bad(line))),
  ];
}

/** Broken at blanks; a word that is too long is cut. */
function wrapped(text: string, room: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && widthOf(last) + 1 + widthOf(word) <= room) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(cut(word, room));
  }
  return lines;
}
