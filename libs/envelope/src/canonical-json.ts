import { Fault } from '@podnet/errors';
import { placeOf, type JsonPath } from './json-place.ts';

const maxDepth = 64;

/**
 * A JSON value as the one text that everybody writes for it: keys sorted by UTF-16 units, no spaces, numbers as ECMAScript
 * prints them. Members that are `undefined` are left out, as by `JSON.stringify`; everything else that is not JSON is refused,
 * so what this writes `readStrictJson` reads.
 *
 * **Throws** `usage.invalid` with the path of what is not JSON, `usage.too-deep`.
 * **Source** RFC 8785.
 */
export function canonicalJson(value: unknown): string {
  return write(value, []);
}

function write(value: unknown, path: JsonPath): string {
  switch (typeof value) {
    case 'string':
      return writeText(value, path);
    case 'number':
      if (!Number.isFinite(value)) throw notJson('A number is not finite.', path);
      return JSON.stringify(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      if (path.length >= maxDepth) throw new Fault('usage.too-deep', `Objects and arrays may be nested ${maxDepth} deep.`, { at: placeOf(path) });
      return Array.isArray(value) ? writeArray(value, path) : writeObject(value, path);
    default:
      throw notJson('A value is not JSON.', path);
  }
}

function writeText(text: string, path: JsonPath): string {
  if (!text.isWellFormed()) throw notJson('A string has a lone surrogate.', path);
  if (text.includes('\0')) throw notJson('A string has a NUL.', path);
  return JSON.stringify(text);
}

function writeArray(array: readonly unknown[], path: JsonPath): string {
  const parts = new Array<string>(array.length);
  path.push(0);
  for (let i = 0; i < array.length; i++) {
    path[path.length - 1] = i;
    parts[i] = write(array[i], path);
  }
  path.pop();
  return `[${parts.join(',')}]`;
}

function writeObject(object: object, path: JsonPath): string {
  // By tag, not by prototype: objects of another realm are plain as well, dates, maps and typed arrays are not.
  if (Object.prototype.toString.call(object) !== '[object Object]' || typeof (object as { toJSON?: unknown }).toJSON === 'function') throw notJson('An object is not plain.', path);
  const parts: string[] = [];
  path.push('');
  for (const key of Object.keys(object).sort()) {
    const member = (object as Record<string, unknown>)[key];
    if (member === undefined) continue;
    path[path.length - 1] = key;
    if (key === '__proto__') throw notJson('An object has a key that is refused.', path);
    parts.push(`${writeText(key, path)}:${write(member, path)}`);
  }
  path.pop();
  return `{${parts.join(',')}}`;
}

const notJson = (sentence: string, path: JsonPath) => new Fault('usage.invalid', sentence, { at: placeOf(path) });
