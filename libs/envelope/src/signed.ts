import { CompactSign, compactVerify } from 'jose';
import { Fault } from '@podnet/errors';
import { canonicalJson } from './canonical-json.ts';
import {
  checkAlgorithm,
  checkOwnMembers,
  checkOwnName,
  checkParts,
  checkType,
  isHeaderValue,
  kidOf,
  malformed,
  readEnvelopeJson,
  readHeader,
  splitCompact,
  surplusMembers,
  type Header,
  type HeaderValue,
} from './header.ts';
import { importSigningKey, importVerifyingKey } from './keys/import.ts';
import type { PrivateJwk, PublicJwk } from './keys/jwk.ts';
import { thumbprint } from './keys/thumbprint.ts';

const encoder = new TextEncoder();
const algorithm = 'EdDSA';

/** Finds the public key that a thumbprint names, among those the reader trusts for this type of message. */
export type KeyLookup = (kid: string) => PublicJwk | undefined | Promise<PublicJwk | undefined>;

export interface SignOptions {
  /** Says what the message is, for instance `podnet-grant+jws`; it is never read as anything else. */
  typ: string;
  /** JSON; written canonically. */
  payload: unknown;
  /** The private signing key. */
  key: PrivateJwk;
  /** Further header members, which the reader must declare. */
  extraHeader?: Readonly<Record<string, HeaderValue>>;
}

export interface OpenSignedOptions {
  typ: string;
  keys: KeyLookup;
  /** Of the compact text; 1 MiB unless told otherwise. */
  maxBytes?: number;
  /** Names of the header members that must be there beside alg, typ and kid. */
  extraHeader?: readonly string[];
}

export interface OpenedSigned {
  payload: unknown;
  /** Thumbprint of the key that signed. */
  kid: string;
  /** The declared members of the header. */
  header: Readonly<Record<string, HeaderValue>>;
}

/**
 * Signs a JSON value as a compact JWS (EdDSA over Ed25519).
 *
 * **Throws** `usage.invalid` for a payload that is not JSON or a key that is not one.
 * **Source** RFC 7515, RFC 8037.
 */
export async function sign({ typ, payload, key, extraHeader = {} }: SignOptions): Promise<string> {
  checkOwnMembers(extraHeader);
  const [signingKey, kid] = await Promise.all([importSigningKey(key), thumbprint(key)]);
  return new CompactSign(encoder.encode(canonicalJson(payload))).setProtectedHeader({ alg: algorithm, typ, kid, ...extraHeader }).sign(signingKey);
}

/**
 * Verifies a compact JWS and reads its JSON. The header is judged before anything else happens.
 *
 * **Throws** `envelope.malformed`, `envelope.algorithm-refused`, `envelope.wrong-type`, `envelope.unknown-key`,
 * `envelope.bad-signature`.
 */
export async function openSigned(jws: string, { typ, keys, maxBytes = 1_048_576, extraHeader = [] }: OpenSignedOptions): Promise<OpenedSigned> {
  const parts = splitCompact(jws, 3, maxBytes);
  const header = readHeader(parts[0]!);
  if (surplusMembers(header, ['alg', 'typ', 'kid', ...extraHeader]).length > 0) throw new Fault('envelope.algorithm-refused', 'The header has a member that nobody declared.', { at: 'header' });
  checkAlgorithm(header, 'alg', algorithm);
  checkType(header, typ);
  const kid = kidOf(header);
  const declared = declaredMembers(header, extraHeader);
  checkParts(parts);
  if (parts[2]!.length !== 86) throw malformed('The signature does not have 64 bytes.', 'signature');
  const jwk = await keys(kid);
  // A lookup that answers with another key than the one named would make `kid` a lie.
  if (!jwk || (await thumbprint(jwk)) !== kid) throw new Fault('envelope.unknown-key', 'The message is signed with a key that is not known here.', { at: 'header.kid' });
  const payload = await verified(jws, await importVerifyingKey(jwk));
  return { payload: readEnvelopeJson(payload, { maxBytes }), kid, header: declared };
}

function declaredMembers(header: Header, names: readonly string[]): Record<string, HeaderValue> {
  const declared: Record<string, HeaderValue> = {};
  for (const name of names) {
    checkOwnName(name);
    const value = Object.hasOwn(header, name) ? header[name] : undefined;
    if (!isHeaderValue(value)) throw malformed('A declared header member is missing or not a text or whole number.', `header.${name}`);
    declared[name] = value;
  }
  return declared;
}

async function verified(jws: string, key: CryptoKey): Promise<Uint8Array> {
  try {
    return (await compactVerify(jws, key, { algorithms: [algorithm] })).payload;
  } catch {
    throw new Fault('envelope.bad-signature', 'The signature does not verify.', { at: 'signature' });
  }
}
