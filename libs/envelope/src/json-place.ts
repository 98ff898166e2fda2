/** The way from the root of a JSON value to one of its parts. */
export type JsonPath = (string | number)[];

const plainName = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/;

/** A path as text: `protocol.rounds[3]`. Names that could carry anything but a name are shown as `?`. */
export function placeOf(path: JsonPath): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else text += (text === '' ? '' : '.') + (plainName.test(part) ? part : '?');
  }
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

/** Index of the quote that ends the string which begins at `start`, or -1. Time is linear in the whole text. */
export function endOfString(text: string, start: number): number {
  let end = start;
  for (;;) {
    end = text.indexOf('"', end + 1);
    if (end < 0) return -1;
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === 92) slashes++;
    if (slashes % 2 === 0) return end;
  }
}

/** The path of the first key that an object of a *valid* JSON text names twice, or undefined. */
export function findDuplicateKey(text: string): JsonPath | undefined {
  const open: { keys: Set<string> | undefined; part: string | number; awaitsKey: boolean }[] = [];
  for (let i = 0; i < text.length; i++) {
    const top = open.at(-1);
    switch (text[i]) {
      case '{':
        open.push({ keys: new Set(), part: '', awaitsKey: true });
        break;
      case '[':
        open.push({ keys: undefined, part: 0, awaitsKey: false });
        break;
      case '}':
      case ']':
        open.pop();
        break;
      case ',':
        if (top?.keys) top.awaitsKey = true;
        else if (top) top.part = (top.part as number) + 1;
        break;
      case '"': {
        const end = endOfString(text, i);
        if (top?.keys && top.awaitsKey) {
          const key = JSON.parse(text.slice(i, end + 1)) as string;
          top.part = key;
          top.awaitsKey = false;
          if (top.keys.has(key)) return open.map(({ part }) => part);
          top.keys.add(key);
        }
        i = end;
        break;
      }
    }
  }
  return undefined;
}
