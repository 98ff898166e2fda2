import { encodeBase64url } from './base64url.ts';

const encoder = new TextEncoder();

/** What the platform's own library for Node can do at once; a browser, and WebCrypto everywhere, does it on another thread. */
interface AtOnce {
  hash?(algorithm: 'sha256', data: Uint8Array, encoding: 'buffer'): Uint8Array<ArrayBuffer>;
}
const { process } = globalThis as { process?: { getBuiltinModule?(name: string): unknown } };
const atOnce = process?.getBuiltinModule?.('node:crypto') as AtOnce | undefined;

/** Going to another thread and back costs more than the hash of this many bytes, and much more where processors are scarce. */
const mostAtOnceBytes = 1_048_576;

/** SHA-256 of bytes, or of the UTF-8 of a text, as 43 letters of base64url. */
export async function sha256Base64url(data: Uint8Array | string): Promise<string> {
  return encodeBase64url(await sha256(data));
}

/** SHA-256 of bytes, or of the UTF-8 of a text. */
export async function sha256(data: Uint8Array | string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = typeof data === 'string' ? encoder.encode(data) : data;
  if (atOnce?.hash && bytes.length <= mostAtOnceBytes) return new Uint8Array(atOnce.hash('sha256', bytes, 'buffer'));
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
}
