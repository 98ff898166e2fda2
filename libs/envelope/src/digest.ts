import { encodeBase64url } from './base64url.ts';

const encoder = new TextEncoder();

/** SHA-256 of bytes, or of the UTF-8 of a text, as 43 letters of base64url. */
export async function sha256Base64url(data: Uint8Array | string): Promise<string> {
  return encodeBase64url(await sha256(data));
}

/** SHA-256 of bytes, or of the UTF-8 of a text. */
export async function sha256(data: Uint8Array | string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = typeof data === 'string' ? encoder.encode(data) : data;
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
}
