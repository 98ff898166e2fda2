import { Fault } from '@podnet/errors';
import { parsePrivateJwk, parsePublicJwk, type PrivateJwk, type PublicJwk } from './jwk.ts';
import type { Curve } from './point.ts';

/** The keys of a device or a pod: Ed25519 to sign, X25519 to be sealed to. */
export interface KeyPair {
  readonly signing: PrivateJwk;
  readonly encryption: PrivateJwk;
}

/** What everybody may know of a `KeyPair`. */
export interface PublicKeys {
  readonly signing: PublicJwk;
  readonly encryption: PublicJwk;
}

/** New keys from the platform's generator. */
export async function makeKeys(): Promise<KeyPair> {
  return Object.freeze({ signing: await makeKey('Ed25519', ['sign', 'verify']), encryption: await makeKey('X25519', ['deriveBits']) });
}

async function makeKey(crv: Curve, usages: KeyUsage[]): Promise<PrivateJwk> {
  const { privateKey } = (await crypto.subtle.generateKey({ name: crv }, true, usages)) as CryptoKeyPair;
  const { x, d } = await crypto.subtle.exportKey('jwk', privateKey);
  return parsePrivateJwk({ kty: 'OKP', crv, x, d }, crv);
}

/** The public halves, without a trace of the private ones. */
export function publicHalf(keys: KeyPair): PublicKeys {
  const half = ({ kty, crv, x }: PrivateJwk): PublicJwk => Object.freeze({ kty, crv, x });
  return Object.freeze({ signing: half(keys.signing), encryption: half(keys.encryption) });
}

/**
 * Reads the public keys of somebody else.
 *
 * **Throws** `usage.invalid` with the path of the mistake; see `parsePublicJwk`.
 */
export function parsePublicKeys(input: unknown): PublicKeys {
  const { signing, encryption } = bundle(input);
  return Object.freeze({ signing: parsePublicJwk(signing, 'Ed25519', 'signing'), encryption: parsePublicJwk(encryption, 'X25519', 'encryption') });
}

/**
 * Reads a bundle of private keys, as it comes from a key file.
 *
 * **Throws** `usage.invalid` with the path of the mistake; see `parsePrivateJwk`.
 */
export function parseKeys(input: unknown): KeyPair {
  const { signing, encryption } = bundle(input);
  return Object.freeze({ signing: parsePrivateJwk(signing, 'Ed25519', 'signing'), encryption: parsePrivateJwk(encryption, 'X25519', 'encryption') });
}

function bundle(input: unknown): { signing: unknown; encryption: unknown } {
  const names = typeof input === 'object' && input !== null ? Object.keys(input).sort() : [];
  if (names.length !== 2 || names[0] !== 'encryption' || names[1] !== 'signing') {
    throw new Fault('usage.invalid', 'Keys must have exactly the members signing and encryption.');
  }
  return input as { signing: unknown; encryption: unknown };
}
