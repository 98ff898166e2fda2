import { Fault } from '@podnet/errors';
import { decodeBase64url, isBase64url } from './base64url.ts';
import { readStrictJson } from './strict-json.ts';

export type Header = Readonly<Record<string, unknown>>;

/** A text or a safe whole number that a header carries beside its fixed members. */
export type HeaderValue = string | number;

const maxHeaderLetters = 4_096;
/** So that what a caller adds leaves room for the fixed members. */
const maxOwnBytes = 2_048;
const encoder = new TextEncoder();

/** Members of JOSE that we never write. Each of them lets a sender choose keys, algorithms or work for the reader. */
const refused: ReadonlySet<string> = new Set([
  ...['jku', 'jwk', 'x5u', 'x5c', 'x5t', 'x5t#S256', 'crit', 'b64', 'zip', 'apu', 'apv', 'p2s', 'p2c', 'iv', 'tag', 'skid', 'nonce', 'url', 'ek', 'key_ops', 'use'],
]);
const fixed: ReadonlySet<string> = new Set(['alg', 'enc', 'typ', 'cty', 'kid', 'epk']);
const ownName = /^[a-z][A-Za-z0-9]{0,31}$/;

/** The parts of a compact object; their contents are not looked at yet. */
export function splitCompact(token: unknown, parts: 3 | 5, maxBytes: number): string[] {
  if (typeof token !== 'string') throw malformed('The message is not a text.');
  if (token.length > maxBytes) throw malformed('The message is too large.');
  const split = token.split('.', parts + 1);
  if (split.length !== parts) throw malformed(`The message does not have ${parts} parts.`);
  return split;
}

export function readHeader(part: string): Header {
  if (part.length === 0 || part.length > maxHeaderLetters) throw malformed('The header is missing or too large.', 'header');
  const header = readEnvelopeJson(decodeBase64url(part), { maxBytes: maxHeaderLetters, maxDepth: 2 });
  if (typeof header !== 'object' || header === null || Array.isArray(header)) throw malformed('The header is not an object.', 'header');
  return header as Header;
}

/** Refuses members that are dangerous; returns the names of those that are merely not `allowed`. */
export function surplusMembers(header: Header, allowed: readonly string[]): string[] {
  const surplus = Object.keys(header).filter((name) => !allowed.includes(name));
  for (const name of surplus) {
    if (refused.has(name)) throw new Fault('envelope.algorithm-refused', 'The header has a member that is refused.', { at: `header.${name}` });
  }
  return surplus;
}

/** Refuses every algorithm but the one we write. */
export function checkAlgorithm(header: Header, name: 'alg' | 'enc', expected: string): void {
  if (header[name] !== expected) throw new Fault('envelope.algorithm-refused', 'The message asks for an algorithm that is refused.', { at: `header.${name}` });
}

export function checkType(header: Header, typ: string): void {
  if (header['typ'] !== typ) throw new Fault('envelope.wrong-type', 'The message is of another type than the one expected here.', { at: 'header.typ' });
}

export function kidOf(header: Header): string {
  const { kid } = header;
  if (typeof kid !== 'string' || kid.length !== 43 || !isBase64url(kid)) throw malformed('The name of the key is not a thumbprint.', 'header.kid');
  return kid;
}

/** Members that a caller adds must not be able to change what the fixed ones mean. */
export function checkOwnMembers(members: Readonly<Record<string, HeaderValue>>): void {
  for (const [name, value] of Object.entries(members)) {
    checkOwnName(name);
    if (!isHeaderValue(value)) throw new Fault('usage.invalid', 'A header member must be a text of at most 256 letters or a whole number.', { at: `header.${name}` });
  }
  if (encoder.encode(JSON.stringify(members)).length > maxOwnBytes) throw new Fault('usage.invalid', `Header members may have ${maxOwnBytes} bytes together.`, { at: 'header' });
}

export function checkOwnName(name: string): void {
  if (!ownName.test(name) || refused.has(name) || fixed.has(name)) throw new Fault('usage.invalid', 'A header member must have a name of its own in camel case.');
}

export const isHeaderValue = (value: unknown): value is HeaderValue =>
  typeof value === 'string' ? value.length <= 256 && value.isWellFormed() && !value.includes('\0') : Number.isSafeInteger(value) && !Object.is(value, -0);

export function checkParts(parts: readonly string[]): void {
  for (const part of parts) if (!isBase64url(part)) throw malformed('A part of the message is not base64url without padding.');
}

/** JSON inside a message: whatever is wrong with it, the message is malformed. */
export function readEnvelopeJson(bytes: Uint8Array, limits: { maxBytes: number; maxDepth?: number }): unknown {
  try {
    return readStrictJson(bytes, limits);
  } catch (error) {
    const { message, details } = error as Fault;
    throw malformed(message, details?.at);
  }
}

export const malformed = (sentence: string, at?: string) => new Fault('envelope.malformed', sentence, at ? { at } : {});
