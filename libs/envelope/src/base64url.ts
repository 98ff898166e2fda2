import { Fault } from '@podnet/errors';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const letters = new TextEncoder().encode(alphabet);
const decoder = new TextDecoder();
const values = new Uint8Array(128).fill(255);
for (let i = 0; i < 64; i++) values[letters[i]!] = i;

const onlyAlphabet = /^[A-Za-z0-9_-]*$/;

/**
 * True when `text` is the one way to write some bytes: base64url without padding, spaces or spare bits.
 * Two texts for the same bytes would let a message be changed without breaking its signature.
 *
 * **Source** RFC 4648, sections 3.5 and 5.
 */
export function isBase64url(text: string): boolean {
  const rest = text.length % 4;
  if (rest === 1 || !onlyAlphabet.test(text)) return false;
  if (rest === 0) return true;
  const last = values[text.charCodeAt(text.length - 1)]!;
  return (last & (rest === 2 ? 0b1111 : 0b11)) === 0;
}

/** Bytes as base64url without padding. */
export function encodeBase64url(bytes: Uint8Array): string {
  const text = new Uint8Array(Math.ceil((bytes.length * 4) / 3));
  let at = 0;
  for (let i = 0; i < bytes.length; i += 3) {
    const three = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    text[at++] = letters[three >> 18]!;
    text[at++] = letters[(three >> 12) & 63]!;
    // What would stand beyond the end falls off the array.
    text[at++] = letters[(three >> 6) & 63]!;
    text[at++] = letters[three & 63]!;
  }
  return decoder.decode(text);
}

/**
 * The bytes that a base64url text stands for.
 *
 * **Throws** `envelope.malformed` for padding, other letters and spare bits.
 */
export function decodeBase64url(text: string): Uint8Array<ArrayBuffer> {
  if (typeof text !== 'string' || !isBase64url(text)) throw new Fault('envelope.malformed', 'A part of the message is not base64url without padding.');
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let held = 0;
  let bits = 0;
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    held = ((held << 6) | values[text.charCodeAt(i)]!) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = held >> bits;
    }
  }
  return bytes;
}
