import { Fault } from '@podnet/errors';
import type { SqlText } from './sql-text.ts';

/** What a query's text may be at most, so that Postgres' parser, which recurses, is never given more than it can carry. */
export const sqlLimits = {
  /** Characters of the text. */
  characters: 100_000,
  /** Words, numbers, texts and signs. */
  tokens: 30_000,
  /** Brackets inside each other. */
  brackets: 64,
  /** Words and operators from the root to the deepest place: those since the last comma, in every open bracket. */
  links: 2_000,
  /** Comments inside each other. */
  comments: 16,
} as const;

const patterns = {
  space: /\s+|--[^\n]*/y,
  word: /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y,
  number: /\.?\d[\w.]*/y,
  quoted: /'(?:[^']|'')*'|"(?:[^"]|"")*"/y,
  escaped: /[eE]'(?:[^'\\]|\\[^]|'')*'/y,
  tag: /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y,
} as const;

/**
 * Measures a text without recursion, before it is parsed. Looks at brackets, commas and words only; what it misjudges is caught when the
 * parser gives up. **Throws** `usage.too-large`, `usage.too-deep` with the place.
 */
export function measureSql({ sql, ...text }: SqlText): void {
  const tooDeep = (index: number, sentence: string): Fault => new Fault('usage.too-deep', sentence, { at: text.atIndex(index) });
  if (sql.length > sqlLimits.characters) throw new Fault('usage.too-large', `A query has at most ${sqlLimits.characters} characters.`, { at: text.atIndex(0) });
  const open = [0];
  let [tokens, links, index] = [0, 0, 0];
  let signIsFree = false;
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = index;
    const found = pattern.exec(sql);
    if (found === null || found[0] === '') return false;
    index += found[0].length;
    return true;
  };
  while (index < sql.length) {
    const start = index;
    if (take(patterns.space)) continue;
    if (sql.startsWith('/*', index)) {
      index = endOfComment(sql, index, (at) => tooDeep(at, `Comments stand at most ${sqlLimits.comments} deep in each other.`));
      continue;
    }
    tokens += 1;
    if (tokens > sqlLimits.tokens) throw new Fault('usage.too-large', `A query has at most ${sqlLimits.tokens} words, numbers, texts and signs.`, { at: text.atIndex(start) });
    const mark = sql[index]!;
    let link = 0;
    if (take(patterns.escaped) || take(patterns.quoted) || take(patterns.number)) link = 0;
    else if (take(patterns.word)) link = 1;
    else if (mark === '$' && take(patterns.tag)) {
      const end = sql.indexOf(sql.slice(start, index), index);
      index = end < 0 ? sql.length : end + (index - start);
    } else {
      index += 1;
      if (mark === '(' || mark === '[') open.push(0);
      else if ((mark === ')' || mark === ']') && open.length > 1) links -= open.pop()!;
      else if (mark === ',') {
        links -= open.at(-1)!;
        open[open.length - 1] = 0;
      } else link = mark === '-' && signIsFree ? 0 : 1;
    }
    signIsFree = mark === ',' || mark === '(';
    links += link;
    open[open.length - 1]! += link;
    if (open.length - 1 > sqlLimits.brackets) throw tooDeep(start, `Brackets stand at most ${sqlLimits.brackets} deep in each other.`);
    if (links > sqlLimits.links) throw tooDeep(start, `At most ${sqlLimits.links} words and operators stand in each other.`);
  }
}

function endOfComment(sql: string, start: number, tooDeep: (index: number) => Fault): number {
  let depth = 0;
  let index = start;
  while (index < sql.length) {
    const pair = sql.slice(index, index + 2);
    depth += pair === '/*' ? 1 : pair === '*/' ? -1 : 0;
    index += pair === '/*' || pair === '*/' ? 2 : 1;
    if (depth > sqlLimits.comments) throw tooDeep(index);
    if (depth === 0) return index;
  }
  return index;
}
