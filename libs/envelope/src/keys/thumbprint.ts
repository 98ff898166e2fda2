import { Fault } from '@podnet/errors';
import { sha256, sha256Base64url } from '../digest.ts';
import { BoundedCache } from './bounded-cache.ts';
import type { PublicKeys } from './key-pair.ts';
import type { PublicJwk } from './jwk.ts';

const known = new BoundedCache<string, Promise<string>>(2_048);

/**
 * The name of a key: SHA-256 over its required members, as 43 letters of base64url. A private key has that of its public half.
 *
 * **Throws** `usage.invalid` for what is no such key.
 * **Source** RFC 7638; RFC 8037, section 2.
 */
export async function thumbprint({ crv, kty, x }: PublicJwk): Promise<string> {
  if (kty !== 'OKP' || typeof x !== 'string' || x.length !== 43) throw new Fault('usage.invalid', 'Only a JSON Web Key of an Edwards or Montgomery curve has a thumbprint here.');
  const text = JSON.stringify({ crv, kty, x });
  return known.get(text, () => sha256Base64url(text));
}

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** What people compare: 160 bits over both keys as eight groups of four letters, `K7QD-…`. */
export async function fingerprint({ signing, encryption }: PublicKeys): Promise<string> {
  const digest = await sha256(`podnet-fingerprint.1.${await thumbprint(signing)}.${await thumbprint(encryption)}`);
  let letters = '';
  let held = 0;
  let bits = 0;
  for (const byte of digest.subarray(0, 20)) {
    held = ((held << 8) | byte) & 0xffff;
    for (bits += 8; bits >= 5; ) {
      bits -= 5;
      letters += base32[(held >> bits) & 31]!;
    }
  }
  return letters.match(/.{4}/g)!.join('-');
}
