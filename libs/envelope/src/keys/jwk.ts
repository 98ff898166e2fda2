import { Fault } from '@podnet/errors';
import { decodeBase64url, isBase64url } from '../base64url.ts';
import { isUsablePoint, type Curve } from './point.ts';

/** The public half of a key: a point of its curve, and nothing else. */
export interface PublicJwk {
  readonly kty: 'OKP';
  readonly crv: Curve;
  /** 32 bytes in base64url. */
  readonly x: string;
}

/** A key with its secret. */
export interface PrivateJwk extends PublicJwk {
  /** 32 bytes in base64url. */
  readonly d: string;
}

/**
 * Reads one public key from somebody else.
 *
 * **Throws** `usage.invalid` for another curve, a private key, further members, an encoding that is not canonical, and for
 * points of small order: a signature or a shared secret under such a key proves nothing.
 * **Source** RFC 8037; RFC 7748, section 6.1; RFC 8032, section 5.1.3.
 */
export function parsePublicJwk(input: unknown, crv: Curve, at = 'key'): PublicJwk {
  const { x } = members(input, crv, ['kty', 'crv', 'x'], at);
  return Object.freeze({ kty: 'OKP', crv, x: point(x, crv, at) });
}

/** Reads one private key; rules and faults are those of `parsePublicJwk`. That `x` belongs to `d` shows at its first use. */
export function parsePrivateJwk(input: unknown, crv: Curve, at = 'key'): PrivateJwk {
  const { x, d } = members(input, crv, ['kty', 'crv', 'x', 'd'], at);
  if (!is32Bytes(d)) throw new Fault('usage.invalid', 'A private key must be 32 bytes in base64url.', { at: `${at}.d` });
  return Object.freeze({ kty: 'OKP', crv, x: point(x, crv, at), d });
}

/** The members of an object that has exactly the ones named. */
function members(input: unknown, crv: Curve, names: readonly string[], at: string): Record<string, unknown> {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) throw new Fault('usage.invalid', 'A key must be a JSON Web Key.', { at });
  const present = Object.keys(input);
  if (!names.includes('d') && present.includes('d')) {
    throw new Fault('usage.invalid', 'A private key stands where a public key belongs.', { at, hint: 'Treat this key as disclosed and make a new one.' });
  }
  const own = Object.fromEntries(names.map((name) => [name, Object.hasOwn(input, name) ? (input as Record<string, unknown>)[name] : undefined]));
  if (own['kty'] !== 'OKP' || own['crv'] !== crv) throw new Fault('usage.invalid', `A key must have kty OKP and crv ${crv}.`, { at });
  if (present.length !== names.length) throw new Fault('usage.invalid', `A key must have exactly the members ${names.join(', ')}.`, { at });
  return own;
}

const is32Bytes = (text: unknown): text is string => typeof text === 'string' && text.length === 43 && isBase64url(text);

function point(x: unknown, crv: Curve, at: string): string {
  if (!is32Bytes(x)) throw new Fault('usage.invalid', 'A public key must be 32 bytes in base64url.', { at: `${at}.x` });
  if (!isUsablePoint(crv, decodeBase64url(x))) throw new Fault('usage.invalid', 'This public key is a weak or non-canonical point.', { at: `${at}.x` });
  return x;
}
