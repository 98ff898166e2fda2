import { Fault } from '@podnet/errors';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const letters = Array.from(alphabet);
const values = new Uint8Array(128).fill(255);
for (let i = 0; i < 64; i++) values[alphabet.charCodeAt(i)] = i;

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
  const chunks: string[] = [];
  const step = 3 * 4096;
  for (let from = 0; from < bytes.length; from += step) {
    const to = Math.min(from + step, bytes.length);
    let chunk = '';
    let i = from;
    for (; i + 2 < to; i += 3) {
      const three = (bytes[i]! << 16) | (bytes[i + 1]! << 8) | bytes[i + 2]!;
      chunk += letters[three >> 18]! + letters[(three >> 12) & 63]! + letters[(three >> 6) & 63]! + letters[three & 63]!;
    }
    if (to - i === 1) chunk += letters[bytes[i]! >> 2]! + letters[(bytes[i]! & 3) << 4]!;
    else if (to - i === 2) chunk += letters[bytes[i]! >> 2]! + letters[((bytes[i]! & 3) << 4) | (bytes[i + 1]! >> 4)]! + letters[(bytes[i + 1]! & 15) << 2]!;
    chunks.push(chunk);
  }
  return chunks.join('');
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
