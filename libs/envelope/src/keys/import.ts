import { Fault } from '@podnet/errors';
import { BoundedCache } from './bounded-cache.ts';
import { parsePrivateJwk, parsePublicJwk, type PrivateJwk, type PublicJwk } from './jwk.ts';
import type { Curve } from './point.ts';

// Importing costs as much as half a signature, so keys are kept. Public ones go by value; private ones by object, so that
// no text with a secret outlives the bundle it came in.
const publicKeys = new BoundedCache<string, Promise<CryptoKey>>(1_024);
const privateKeys = new WeakMap<object, { x: string; d: string; key: Promise<CryptoKey> }>();

export const importVerifyingKey = (jwk: PublicJwk) => importPublic(jwk, 'Ed25519', ['verify']);
export const importSealingKey = (jwk: PublicJwk) => importPublic(jwk, 'X25519', []);
export const importSigningKey = (jwk: PrivateJwk) => importPrivate(jwk, 'Ed25519', ['sign']);
export const importOpeningKey = (jwk: PrivateJwk) => importPrivate(jwk, 'X25519', ['deriveBits']);

/** Every key is checked here, wherever it came from: a weak point never reaches the cryptography. */
async function importPublic(input: PublicJwk, crv: Curve, usages: KeyUsage[]): Promise<CryptoKey> {
  const jwk = parsePublicJwk(input, crv);
  return publicKeys.get(`${crv}.${jwk.x}`, () => load(jwk, usages));
}

async function importPrivate(input: PrivateJwk, crv: Curve, usages: KeyUsage[]): Promise<CryptoKey> {
  const jwk = parsePrivateJwk(input, crv);
  const kept = privateKeys.get(input);
  if (kept && kept.x === jwk.x && kept.d === jwk.d) return kept.key;
  const key = load(jwk, usages);
  privateKeys.set(input, { x: jwk.x, d: jwk.d, key });
  return key;
}

async function load(jwk: PublicJwk | PrivateJwk, usages: KeyUsage[]): Promise<CryptoKey> {
  try {
    return await crypto.subtle.importKey('jwk', { ...jwk }, { name: jwk.crv }, false, usages);
  } catch {
    throw new Fault('usage.invalid', 'The platform refuses this key; its two halves may not belong together.');
  }
}
