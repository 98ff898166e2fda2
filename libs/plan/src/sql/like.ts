import { textOf } from './constant.ts';
import { compare, literal, make, type Term } from './term.ts';
import { refusal, unsupported } from './tree.ts';

type Piece = { readonly text: string } | '%' | '_';

/** `LIKE`: `%` any text, `_` any character, a backslash (or another mark) before what is meant literally. */
export function like(at: string, input: Term, pattern: Term, escape: string, foldCase: boolean): Term {
  const written = textOf(pattern, 'The pattern of LIKE');
  const pieces = piecesOf(pattern.typed.path, foldCase ? written.toLowerCase() : written, foldCase ? escape.toLowerCase() : escape);
  const value = foldCase ? make(at, 'textFunction', { op: 'toLowerCase' }, { input }) : input;
  const match = (op: string, text: string): Term => make(at, 'textMatch', { op, pattern: text }, { input: value });
  const texts = pieces.flatMap((piece) => (typeof piece === 'string' ? [] : [piece.text]));
  if (!texts.some((text) => /[%_\\]/.test(text))) return match('like', pieces.map((piece) => (typeof piece === 'string' ? piece : piece.text)).join(''));
  // A percent sign or underscore that is meant literally: only where it needs no pattern.
  const [first, last] = [pieces[0], pieces.at(-1)];
  const inner = texts.length === 1 && pieces.every((piece) => piece !== '_') ? texts[0]! : null;
  if (inner !== null && pieces.length === 1) return compare(at, 'eq', value, literal(pattern.typed.path, inner));
  if (inner !== null && pieces.length === 2) return match(first === '%' ? 'endsWith' : 'startsWith', inner);
  if (inner !== null && first === '%' && last === '%') return match('contains', inner);
  throw unsupported(pattern.typed.path, 'Beside a wildcard inside, a percent sign, an underscore or a backslash cannot be meant literally.');
}

/** A pattern in pieces, percent signs next to each other as one, texts next to each other as one. */
function piecesOf(at: string, pattern: string, escape: string): Piece[] {
  const pieces: Piece[] = [];
  const marks = [...pattern];
  for (let index = 0; index < marks.length; index += 1) {
    let mark = marks[index]!;
    const last = pieces.at(-1);
    if (escape !== '' && mark === escape) {
      index += 1;
      if (index >= marks.length) throw refusal('usage.invalid', at, 'The pattern ends with its escape mark.');
      mark = marks[index]!;
    } else if (mark === '%' || mark === '_') {
      if (mark === '_' || last !== '%') pieces.push(mark);
      continue;
    }
    if (typeof last === 'object') pieces[pieces.length - 1] = { text: last.text + mark };
    else pieces.push({ text: mark });
  }
  return pieces;
}
