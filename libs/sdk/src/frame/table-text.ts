import type { Answer, AnswerColumn, Cell } from '@podnet/elements';
import { columns as widthOf, cut, harmless } from '@podnet/plot';

const widest = 40;

function textOf(cell: Cell): string {
  if (cell === null) return 'null';
  if (typeof cell !== 'number') return harmless(Array.isArray(cell) ? `[${cell.map((item: Cell) => textOf(item)).join(', ')}]` : String(cell), widest);
  return Number.isInteger(cell) || !Number.isFinite(cell) ? String(cell) : String(Number(cell.toPrecision(7)));
}

const isRight = ({ type, nulled }: AnswerColumn): boolean => !nulled && (type === 'number' || type === 'integer' || type === 'duration');

/**
 * An answer as a table of plain lines: names, types, values, and what was left out, nulled or warned of. Harmless on a terminal, whatever is in it.
 */
export function tableText({ rows, columns, suppressed, warnings }: Answer, most = 20): string {
  const shown = Math.min(rows, most);
  const strips = columns.map((column) => {
    const lines = [harmless(column.name, widest), column.nulled ? 'nulled' : column.type, ...column.values.slice(0, shown).map((cell) => (column.nulled ? '·' : textOf(cell)))];
    const width = Math.min(widest, Math.max(...lines.map(widthOf)));
    const padded = lines.map((line) => {
      const fitted = cut(line, width);
      const blanks = ' '.repeat(width - widthOf(fitted));
      return isRight(column) ? blanks + fitted : fitted + blanks;
    });
    return [...padded.slice(0, 2), '─'.repeat(width), ...padded.slice(2)];
  });
  const lines = Array.from({ length: shown + 3 }, (_, line) => strips.map((strip) => strip[line]!).join(line === 2 ? '──' : '  ').trimEnd());
  return [
    ...lines,
    `${rows} ${rows === 1 ? 'row' : 'rows'}${shown < rows ? `, the first ${shown} shown` : ''}`,
    ...(suppressed ? ['Small groups were left out: too few people stand behind them.'] : []),
    ...warnings.map((warning) => `! ${harmless(warning, 400)}`),
  ].join('\n');
}
