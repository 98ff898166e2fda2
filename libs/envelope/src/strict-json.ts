import { Fault } from '@podnet/errors';
import { endOfString, findDuplicateKey, placeOf, type JsonPath } from './json-place.ts';
import { findSyntaxError } from './json-syntax.ts';

export interface StrictJsonLimits {
  /** Of the UTF-8 text; 1 MiB unless told otherwise. */
  maxBytes?: number;
  /** How many objects and arrays may stand inside each other; 64 unless told otherwise. */
  maxDepth?: number;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/**
 * Reads JSON that came from somebody else. Beyond `JSON.parse` it refuses whatever two readers could understand
 * differently or that breaks code later: a key named twice, `__proto__`, deep nesting, numbers too large for a double,
 * a byte order mark, NUL, lone surrogates, bytes that are not UTF-8.
 * Faults name the place (a path or an offset) and never a value.
 *
 * **Units** `maxBytes` counts UTF-8 bytes.
 * **Throws** `usage.too-large`, `usage.too-deep`, `usage.malformed`.
 */
export function readStrictJson(input: string | Uint8Array, { maxBytes = 1_048_576, maxDepth = 64 }: StrictJsonLimits = {}): unknown {
  const text = textOf(input, maxBytes);
  const members = scan(text, maxDepth);
  const value = parse(text);
  const walk = { members: 0, texts: text.includes('\\u') };
  const flaw = inspect(value, walk);
  if (flaw) throw malformed(flaw.sentence, placeOf(flaw.path.reverse()));
  // As many members in the text as keys in the value, or some object named a key twice.
  if (walk.members !== members) throw malformed('An object names a key twice.', placeOf(findDuplicateKey(text) ?? []));
  return value;
}

function textOf(input: string | Uint8Array, maxBytes: number): string {
  let text: string;
  if (typeof input === 'string') {
    if (input.length > maxBytes || (input.length * 3 > maxBytes && encoder.encode(input).length > maxBytes)) throw tooLarge(maxBytes);
    text = input;
    if (!text.isWellFormed()) throw malformed('The text has a lone surrogate.');
  } else {
    if (input.length > maxBytes) throw tooLarge(maxBytes);
    try {
      text = decoder.decode(input);
    } catch {
      throw malformed('The bytes are not UTF-8.');
    }
  }
  if (text.charCodeAt(0) === 0xfeff) throw malformed('The text begins with a byte order mark.', 'offset 0');
  return text;
}

/** Counts the members of all objects, and stops at the depth that is allowed before anything is built. */
function scan(text: string, maxDepth: number): number {
  let members = 0;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const letter = text.charCodeAt(i);
    if (letter === 34) {
      const end = endOfString(text, i);
      if (end < 0) throw malformed('A string does not end.', `offset ${i}`);
      i = end;
    } else if (letter === 58) members++;
    else if (letter === 123 || letter === 91) {
      if (++depth > maxDepth) throw new Fault('usage.too-deep', `Objects and arrays may be nested ${maxDepth} deep.`, { at: `offset ${i}` });
    } else if (letter === 125 || letter === 93) depth--;
  }
  return members;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Never the engine's own sentence: it quotes the text.
    throw malformed('The text is not JSON.', `offset ${findSyntaxError(text)}`);
  }
}

interface Flaw {
  sentence: string;
  /** From the flaw up to the root. */
  path: JsonPath;
}

function inspect(value: unknown, walk: { members: number; texts: boolean }): Flaw | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : { sentence: 'A number is too large.', path: [] };
  if (typeof value === 'string') return walk.texts ? textFlaw(value) : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const flaw = inspect(value[i], walk);
      if (flaw) return up(flaw, i);
    }
    return undefined;
  }
  const keys = Object.keys(value);
  walk.members += keys.length;
  for (const key of keys) {
    if (key === '__proto__') return { sentence: 'An object has a key that is refused.', path: ['__proto__'] };
    const flaw = (walk.texts ? textFlaw(key) : undefined) ?? inspect((value as Record<string, unknown>)[key], walk);
    if (flaw) return up(flaw, key);
  }
  return undefined;
}

function textFlaw(text: string): Flaw | undefined {
  if (text.includes('\0')) return { sentence: 'A string has a NUL.', path: [] };
  return text.isWellFormed() ? undefined : { sentence: 'A string has a lone surrogate.', path: [] };
}

function up(flaw: Flaw, part: string | number): Flaw {
  flaw.path.push(part);
  return flaw;
}

const malformed = (sentence: string, at?: string) => new Fault('usage.malformed', sentence, at ? { at } : {});
const tooLarge = (maxBytes: number) => new Fault('usage.too-large', `The text may have ${maxBytes} bytes at most.`);
