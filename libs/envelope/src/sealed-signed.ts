import { Fault } from '@podnet/errors';
import { canonicalJson } from './canonical-json.ts';
import { sha256Base64url } from './digest.ts';
import { malformed } from './header.ts';
import type { PrivateJwk, PublicJwk } from './keys/jwk.ts';
import { thumbprint } from './keys/thumbprint.ts';
import { openSealedAs, seal, type Context } from './sealed.ts';
import { openSigned, sign, type KeyLookup } from './signed.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export interface SealSignedOptions {
  /** `typ` of what is inside. */
  signTyp: string;
  /** `typ` of the outside. */
  sealTyp: string;
  /** JSON. */
  payload: unknown;
  /** Bytes that travel beside the payload, bound to it by their hash: cheaper than base64 inside JSON. */
  body?: Uint8Array;
  signKey: PrivateJwk;
  to: PublicJwk;
  context: Context;
}

export interface OpenSealedSignedOptions {
  signTyp: string;
  sealTyp: string;
  /** Keys of those who may have signed. */
  keys: KeyLookup;
  /** The reader's private encryption key. */
  key: PrivateJwk;
  context: Context;
  /** Of the compact text; 1 MiB unless told otherwise. */
  maxBytes?: number;
}

export interface OpenedSealedSigned {
  payload: unknown;
  /** Thumbprint of the key that signed. */
  kid: string;
  body?: Uint8Array<ArrayBuffer>;
}

/**
 * Signs, then seals. The signed part names its reader and its context, so a reader cannot seal it again to somebody
 * else, nor anybody bring it into another context.
 *
 * **Throws** `usage.invalid` for contents, contexts and keys that are none.
 * **Source** Davis 2001, Defective Sign & Encrypt in S/MIME, PKCS#7, MOSS, PEM, PGP, and XML.
 */
export async function sealSigned({ signTyp, sealTyp, payload, body, signKey, to, context }: SealSignedOptions): Promise<string> {
  if (payload === undefined) throw new Fault('usage.invalid', 'A message without a payload carries null.', { at: 'payload' });
  const inner = { to: await thumbprint(to), context, payload, ...(body ? { body: await sha256Base64url(body) } : {}) };
  const jws = encoder.encode(await sign({ typ: signTyp, payload: inner, key: signKey }));
  return seal({ typ: sealTyp, cty: body ? withBody(signTyp) : signTyp, plaintext: body ? join(jws, body) : jws, to, context });
}

/**
 * Opens, then verifies.
 *
 * **Throws** what `openSealed` and `openSigned` do; `envelope.wrong-recipient` when the signed part names another reader,
 * `envelope.tampered` when it names another context or other bytes.
 */
export async function openSealedSigned(jwe: string, { signTyp, sealTyp, keys, key, context, maxBytes }: OpenSealedSignedOptions): Promise<OpenedSealedSigned> {
  const { plaintext, cty } = await openSealedAs(jwe, { typ: sealTyp, key, context, maxBytes }, [signTyp, withBody(signTyp)]);
  const { jws, body } = cty === signTyp ? { jws: plaintext, body: undefined } : part(plaintext);
  const { payload: inner, kid } = await openSigned(textOf(jws), { typ: signTyp, keys, maxBytes: plaintext.length });
  const content = contentOf(inner);
  if (content.to !== (await thumbprint(key))) throw new Fault('envelope.wrong-recipient', 'The message was signed for somebody else.');
  if (canonicalJson(content.context) !== canonicalJson(context)) throw new Fault('envelope.tampered', 'The message was signed for something else.');
  if (content.body !== (body && (await sha256Base64url(body)))) throw new Fault('envelope.tampered', 'The message does not hold the bytes that were signed.');
  return body ? { payload: content.payload, kid, body } : { payload: content.payload, kid };
}

const withBody = (signTyp: string) => `${signTyp}+body`;

function join(jws: Uint8Array, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 + jws.length + body.length);
  new DataView(bytes.buffer).setUint32(0, jws.length, true);
  bytes.set(jws, 4);
  bytes.set(body, 4 + jws.length);
  return bytes;
}

function part(bytes: Uint8Array<ArrayBuffer>): { jws: Uint8Array; body: Uint8Array<ArrayBuffer> } {
  const length = bytes.length < 4 ? Infinity : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  if (length > bytes.length - 4) throw malformed('The message ends too early.');
  return { jws: bytes.subarray(4, 4 + length), body: bytes.slice(4 + length) };
}

function textOf(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw malformed('The content is not a text.');
  }
}

interface Content {
  to: unknown;
  context: unknown;
  payload: unknown;
  body: unknown;
}

function contentOf(inner: unknown): Content {
  const names = typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? Object.keys(inner) : [];
  const known = names.every((name) => ['to', 'context', 'payload', 'body'].includes(name));
  if (!known || !['to', 'context', 'payload'].every((name) => names.includes(name))) throw malformed('The signed part does not name its reader and context.');
  return inner as Content;
}
