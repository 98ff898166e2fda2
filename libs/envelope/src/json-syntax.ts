const spaces = /[ \t\n\r]*/y;
const scalar = /(?:true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)(?![A-Za-z0-9_.+-])/y;
// eslint-disable-next-line no-control-regex -- the very characters that JSON refuses in texts
const plainText = /[^"\\\u0000-\u001f]*/y;
const escape = /\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})/y;

/**
 * Where a text stops being JSON, for texts that `JSON.parse` refused: engines say it differently or not at all, and quote the
 * text when they do. Nesting costs no stack.
 *
 * **Source** RFC 8259.
 */
export function findSyntaxError(text: string): number {
  const open: ('{' | '[')[] = [];
  let awaits: 'value' | 'first value' | 'key' | 'first key' | 'end' = 'value';
  let at = 0;
  for (;;) {
    at = skip(text, at, spaces);
    const letter = text[at];
    if (awaits === 'end') {
      const inside = open.at(-1);
      if (inside === undefined) return at;
      if (letter === ',') awaits = inside === '{' ? 'key' : 'value';
      else if (letter === (inside === '{' ? '}' : ']')) open.pop();
      else return at;
      at++;
    } else if (awaits === 'key' || awaits === 'first key') {
      if (letter === '}' && awaits === 'first key') {
        open.pop();
        awaits = 'end';
        at++;
        continue;
      }
      if (letter !== '"') return at;
      const key = skipText(text, at);
      if (!key.closed) return key.at;
      at = skip(text, key.at, spaces);
      if (text[at] !== ':') return at;
      awaits = 'value';
      at++;
    } else if (letter === '{' || letter === '[') {
      open.push(letter);
      awaits = letter === '{' ? 'first key' : 'first value';
      at++;
    } else if (letter === ']' && awaits === 'first value') {
      open.pop();
      awaits = 'end';
      at++;
    } else if (letter === '"') {
      const value = skipText(text, at);
      if (!value.closed) return value.at;
      at = value.at;
      awaits = 'end';
    } else {
      const end = skip(text, at, scalar);
      if (end === at) return at;
      at = end;
      awaits = 'end';
    }
  }
}

function skip(text: string, at: number, token: RegExp): number {
  token.lastIndex = at;
  return token.test(text) ? token.lastIndex : at;
}

/** Behind the text that begins at `start`, or at the letter that may not be in it. */
function skipText(text: string, start: number): { at: number; closed: boolean } {
  let at = start + 1;
  for (;;) {
    at = skip(text, at, plainText);
    if (text[at] === '"') return { at: at + 1, closed: true };
    const next = skip(text, at, escape);
    if (next === at) return { at, closed: false };
    at = next;
  }
}
