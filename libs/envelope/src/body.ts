import { Fault } from '@podnet/errors';
import { canonicalJson } from './canonical-json.ts';
import { malformed, readEnvelopeJson } from './header.ts';

/** What a frame or a result carries: JSON, and numbers that would be dear as JSON. */
export interface Body {
  json: unknown;
  arrays: Record<string, Float64Array>;
}

const maxArrays = 10_000;
const maxJsonBytes = 16 * 1_048_576;
const encoder = new TextEncoder();
const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/**
 * A body as bytes, the same bytes for the same body.
 *
 * **Shape** 4 bytes length (little-endian), canonical JSON `{"arrays":[[name,length],…],"json":…}`, then the arrays in the order of
 * their names as little-endian doubles. Every double is kept to the bit, NaN and infinities too: their reader judges them.
 * **Throws** `usage.invalid` for what is not JSON or no Float64Array.
 */
export function packBody({ json, arrays }: Body): Uint8Array<ArrayBuffer> {
  if (json === undefined) throw new Fault('usage.invalid', 'A body without JSON carries null.', { at: 'json' });
  const names = Object.keys(arrays).sort();
  const sections = names.map((name) => {
    const array = arrays[name];
    if (!isFloat64Array(array)) throw new Fault('usage.invalid', 'Only Float64Arrays can be packed.', { at: 'arrays' });
    return array;
  });
  if (names.length > maxArrays || names.includes('__proto__')) throw new Fault('usage.invalid', 'These arrays cannot be packed.', { at: 'arrays' });
  const head = encoder.encode(canonicalJson({ arrays: names.map((name, i) => [name, sections[i]!.length]), json }));
  if (head.length > maxJsonBytes) throw new Fault('usage.too-large', `The JSON of a body may have ${maxJsonBytes} bytes at most.`);
  const start = 4 + head.length;
  const bytes = new Uint8Array(sections.reduce((sum, { byteLength }) => sum + byteLength, start));
  new DataView(bytes.buffer).setUint32(0, head.length, true);
  bytes.set(head, 4);
  let at = start;
  for (const section of sections) {
    bytes.set(swapped(new Uint8Array(section.buffer, section.byteOffset, section.byteLength)), at);
    at += section.byteLength;
  }
  return bytes;
}

/**
 * Reads what `packBody` wrote. The arrays are copies, aligned, and share nothing with `bytes`.
 *
 * **Throws** `envelope.malformed` for everything that `packBody` would not have written.
 */
export function unpackBody(bytes: Uint8Array): Body {
  const headLength = bytes.length < 4 ? Infinity : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  if (headLength > Math.min(bytes.length - 4, maxJsonBytes)) throw malformed('The body ends too early.');
  const { entries, json } = readHead(bytes.subarray(4, 4 + headLength));
  // Lengths are judged before anything is reserved for them.
  const numbers = entries.reduce((sum, [, length]) => sum + length, 0);
  if (numbers * 8 !== bytes.length - 4 - headLength) throw malformed('The arrays of the body do not have the lengths it names.', 'arrays');
  const arrays: Record<string, Float64Array> = {};
  let at = 4 + headLength;
  for (const [name, length] of entries) {
    const section = new Uint8Array(length * 8);
    section.set(bytes.subarray(at, at + length * 8));
    arrays[name] = new Float64Array(swapped(section).buffer);
    at += length * 8;
  }
  return { json, arrays };
}

function readHead(bytes: Uint8Array): { entries: [string, number][]; json: unknown } {
  const head = readEnvelopeJson(bytes, { maxBytes: maxJsonBytes });
  if (typeof head !== 'object' || head === null || Object.keys(head).length !== 2 || !Object.hasOwn(head, 'arrays') || !Object.hasOwn(head, 'json')) throw malformed('The body has no head.');
  const { arrays, json } = head as { arrays: unknown; json: unknown };
  if (!Array.isArray(arrays) || arrays.length > maxArrays) throw malformed('The body does not name its arrays.', 'arrays');
  let last = '';
  return {
    json,
    entries: arrays.map((entry: unknown, i): [string, number] => {
      if (!Array.isArray(entry) || entry.length !== 2) throw malformed('The body does not name its arrays.', `arrays[${i}]`);
      const [name, length] = entry as [unknown, unknown];
      if (typeof name !== 'string' || name === '__proto__' || (i > 0 && name <= last)) throw malformed('The arrays of the body are not in order.', `arrays[${i}]`);
      if (!Number.isSafeInteger(length) || (length as number) < 0) throw malformed('An array of the body has no usable length.', `arrays[${i}]`);
      last = name;
      return [name, length as number];
    }),
  };
}

const isFloat64Array = (value: unknown): value is Float64Array => Object.prototype.toString.call(value) === '[object Float64Array]';

/** The doubles of a section between the platform's order of bytes and ours; nearly everywhere they are the same. */
function swapped<T extends Uint8Array>(section: T): T {
  if (littleEndian) return section;
  const copy = section.slice() as T;
  for (let i = 0; i < copy.length; i += 8) copy.subarray(i, i + 8).reverse();
  return copy;
}
