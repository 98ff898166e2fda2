import fc from 'fast-check';
import { isFault } from '@podnet/errors';
import { CompactSign } from 'jose';
import { createHmac } from 'node:crypto';
import { encodeBase64url, decodeBase64url, makeKeys, openSigned, publicHalf, sign, thumbprint, type KeyLookup, type PublicJwk } from './index.ts';

const typ = 'podnet-grant+jws';
const payload = { role: 'viewer', until: 7 };
const mallory = await makeKeys();
const hub = await makeKeys();
const { signing } = publicHalf(hub);
const kid = await thumbprint(signing);
const malloryKid = await thumbprint(mallory.signing);
const keyring: KeyLookup = (name) => ({ [kid]: signing, [malloryKid]: publicHalf(mallory).signing })[name];
const genuine = await sign({ typ, payload, key: hub.signing });
const [header, body, signature] = genuine.split('.') as [string, string, string];

const b64 = (value: unknown) => encodeBase64url(new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value)));
const good = { alg: 'EdDSA', typ, kid };

/** Signs whatever is given with the true key, so that only the guard under test can refuse it. */
async function forge(head: unknown, content: string | Uint8Array = JSON.stringify(payload)): Promise<string> {
  const input = `${b64(head)}.${typeof content === 'string' ? b64(content) : encodeBase64url(content)}`;
  const key = await crypto.subtle.importKey('jwk', { ...hub.signing }, 'Ed25519', false, ['sign']);
  return `${input}.${encodeBase64url(new Uint8Array(await crypto.subtle.sign('Ed25519', key, new TextEncoder().encode(input))))}`;
}

/** A lookup that must not be reached: the header is judged before anything else. */
const never: KeyLookup = () => {
  throw new Error('A key was asked for before the header was judged.');
};

async function codeOf(jws: unknown, keys: KeyLookup = keyring, more: { maxBytes?: number; extraHeader?: string[] } = {}): Promise<string> {
  try {
    await openSigned(jws as string, { typ, keys, ...more });
    return 'opened';
  } catch (error) {
    if (isFault(error)) return error.code;
    throw error;
  }
}

describe('a signed message is refused before any key is looked up', () => {
  it.each<[string, () => string | Promise<string>, string]>([
    ['alg none without a signature', () => `${b64({ ...good, alg: 'none' })}.${body}.`, 'envelope.algorithm-refused'],
    ['alg none with a signature', () => forge({ ...good, alg: 'none' }), 'envelope.algorithm-refused'],
    ['alg nOnE', () => forge({ ...good, alg: 'nOnE' }), 'envelope.algorithm-refused'],
    [
      'alg HS256 with the public key as secret',
      () => {
        const input = `${b64({ ...good, alg: 'HS256' })}.${body}`;
        return `${input}.${createHmac('sha256', Buffer.from(signing.x, 'base64url')).update(input).digest('base64url')}`;
      },
      'envelope.algorithm-refused',
    ],
    ['alg Ed25519, the new name', () => forge({ ...good, alg: 'Ed25519' }), 'envelope.algorithm-refused'],
    ['alg ES256', () => forge({ ...good, alg: 'ES256' }), 'envelope.algorithm-refused'],
    ['alg RS256', () => forge({ ...good, alg: 'RS256' }), 'envelope.algorithm-refused'],
    ['alg as a list', () => forge({ ...good, alg: ['EdDSA'] }), 'envelope.algorithm-refused'],
    ['no alg', () => forge({ typ, kid }), 'envelope.algorithm-refused'],
    ['jku', () => forge({ ...good, jku: 'https://mallory.example/keys' }), 'envelope.algorithm-refused'],
    ['jwk', () => forge({ ...good, jwk: publicHalf(mallory).signing }), 'envelope.algorithm-refused'],
    ['x5u', () => forge({ ...good, x5u: 'https://mallory.example/cert' }), 'envelope.algorithm-refused'],
    ['x5c', () => forge({ ...good, x5c: ['MII'] }), 'envelope.algorithm-refused'],
    ['x5t', () => forge({ ...good, x5t: 'abc' }), 'envelope.algorithm-refused'],
    ['x5t#S256', () => forge({ ...good, 'x5t#S256': 'abc' }), 'envelope.algorithm-refused'],
    ['crit', () => forge({ ...good, crit: ['exp'], exp: 1 }), 'envelope.algorithm-refused'],
    ['an empty crit', () => forge({ ...good, crit: [] }), 'envelope.algorithm-refused'],
    ['b64 false', () => forge({ ...good, b64: false, crit: ['b64'] }), 'envelope.algorithm-refused'],
    ['b64 true', () => forge({ ...good, b64: true }), 'envelope.algorithm-refused'],
    ['zip', () => forge({ ...good, zip: 'DEF' }), 'envelope.algorithm-refused'],
    ['enc', () => forge({ ...good, enc: 'A256GCM' }), 'envelope.algorithm-refused'],
    ['cty', () => forge({ ...good, cty: 'x' }), 'envelope.algorithm-refused'],
    ['epk', () => forge({ ...good, epk: {} }), 'envelope.algorithm-refused'],
    ['a member nobody declared', () => forge({ ...good, role: 'admin' }), 'envelope.algorithm-refused'],
    ['a member with a name of the prototype', () => forge({ ...good, constructor: 'x' }), 'envelope.algorithm-refused'],
    ['another typ', () => forge({ ...good, typ: 'podnet-task+jws' }), 'envelope.wrong-type'],
    ['a typ that differs by case', () => forge({ ...good, typ: 'Podnet-Grant+jws' }), 'envelope.wrong-type'],
    ['a typ with a prefix', () => forge({ ...good, typ: `application/${typ}` }), 'envelope.wrong-type'],
    ['no typ', () => forge({ alg: 'EdDSA', kid }), 'envelope.wrong-type'],
    ['no kid', () => forge({ alg: 'EdDSA', typ }), 'envelope.malformed'],
    ['a kid that is no thumbprint', () => forge({ ...good, kid: '__proto__' }), 'envelope.malformed'],
    ['a kid with spare bits', () => forge({ ...good, kid: `${kid.slice(0, 42)}B` }), 'envelope.malformed'],
    ['alg named twice', () => forge(`{"alg":"none","alg":"EdDSA","typ":"${typ}","kid":"${kid}"}`), 'envelope.malformed'],
    ['__proto__ in the header', () => forge(`{"__proto__":{},"alg":"EdDSA","typ":"${typ}","kid":"${kid}"}`), 'envelope.malformed'],
    ['a header that is a list', () => forge([good]), 'envelope.malformed'],
    ['a header that is null', () => forge('null'), 'envelope.malformed'],
    ['a header that is not JSON', () => forge('{'), 'envelope.malformed'],
    ['a header with a byte order mark', () => forge(`\ufeff${JSON.stringify(good)}`), 'envelope.malformed'],
    ['a header nested deeply', () => forge(`${'['.repeat(1_000)}`), 'envelope.malformed'],
    ['a header of 10 kB', () => forge({ ...good, kid: 'x'.repeat(10_000) }), 'envelope.malformed'],
    ['a header of 4 kB that is nothing but spaces', () => forge(JSON.stringify(good).replace('{', `{${' '.repeat(3_200)}`)), 'envelope.malformed'],
    ['no header', () => `.${body}.${signature}`, 'envelope.malformed'],
    ['two parts', () => `${header}.${body}`, 'envelope.malformed'],
    ['four parts', () => `${genuine}.`, 'envelope.malformed'],
    ['five parts', () => `${genuine}.a.a`, 'envelope.malformed'],
    ['nothing', () => '', 'envelope.malformed'],
    ['only dots', () => '..', 'envelope.malformed'],
    ['10 MB', () => `${header}.${'A'.repeat(10_000_000)}.${signature}`, 'envelope.malformed'],
    ['10 MB of dots', () => '.'.repeat(10_000_000), 'envelope.malformed'],
    ['a padded header', () => `${header}=.${body}.${signature}`, 'envelope.malformed'],
    ['a padded signature', () => `${genuine}==`, 'envelope.malformed'],
    ['a signature with spare bits', () => `${genuine.slice(0, -1)}${String.fromCharCode(genuine.charCodeAt(genuine.length - 1) + 1)}`, 'envelope.malformed'],
    ['a signature in base64 that is not base64url', () => `${header}.${body}.+${signature.slice(1)}`, 'envelope.malformed'],
    ['a space', () => `${header}.${body}.${signature.slice(0, 40)} ${signature.slice(40)}`, 'envelope.malformed'],
    ['a line feed at the end', () => `${genuine}\n`, 'envelope.malformed'],
    ['a missing signature', () => `${header}.${body}.`, 'envelope.malformed'],
    ['a signature of 63 bytes', () => `${header}.${body}.${encodeBase64url(new Uint8Array(63))}`, 'envelope.malformed'],
    ['a signature of 65 bytes', () => `${header}.${body}.${encodeBase64url(new Uint8Array(65))}`, 'envelope.malformed'],
  ])('%s', async (_, make, code) => {
    expect(await codeOf(await make(), never)).toBe(code);
  });

  it.each([[null], [undefined], [7], [{}], [[genuine]], [new Uint8Array(3)]])('%p, which is not a text', async (jws) => {
    expect(await codeOf(jws, never)).toBe('envelope.malformed');
  });
});

describe('a signed message is refused', () => {
  it.each<[string, () => string | Promise<string>, KeyLookup, string]>([
    ['from a key nobody knows', () => genuine, () => undefined, 'envelope.unknown-key'],
    ['when the lookup answers with another key', () => genuine, () => publicHalf(mallory).signing, 'envelope.unknown-key'],
    ['when the lookup answers with an encryption key', () => genuine, () => publicHalf(hub).encryption, 'envelope.unknown-key'],
    ['signed by one known key under the name of another', async () => forge({ ...good, kid: malloryKid }), keyring, 'envelope.bad-signature'],
    ['with a payload exchanged', async () => [header, b64({ role: 'super' }), signature].join('.'), keyring, 'envelope.bad-signature'],
    ['with a header written in another order', async () => [b64({ kid, typ, alg: 'EdDSA' }), body, signature].join('.'), keyring, 'envelope.bad-signature'],
    ['with the signature of another message', async () => [header, body, (await sign({ typ, payload: 1, key: hub.signing })).split('.')[2]].join('.'), keyring, 'envelope.bad-signature'],
    ['with zeros for a signature', () => [header, body, encodeBase64url(new Uint8Array(64))].join('.'), keyring, 'envelope.bad-signature'],
    ['with an empty payload', () => forge(good, ''), keyring, 'envelope.malformed'],
    ['with a payload that is not JSON', () => forge(good, 'role=super'), keyring, 'envelope.malformed'],
    ['with a key named twice', () => forge(good, '{"role":"viewer","role":"super"}'), keyring, 'envelope.malformed'],
    ['with __proto__ in it', () => forge(good, '{"__proto__":{"admin":true}}'), keyring, 'envelope.malformed'],
    ['nested 65 deep', () => forge(good, `${'['.repeat(65)}${']'.repeat(65)}`), keyring, 'envelope.malformed'],
    ['with a number beyond doubles', () => forge(good, '{"epsilon":1e999}'), keyring, 'envelope.malformed'],
    ['with bytes that are not UTF-8', () => forge(good, Uint8Array.of(0x22, 0xff, 0x22)), keyring, 'envelope.malformed'],
    ['with a byte order mark', () => forge(good, '\ufeff{}'), keyring, 'envelope.malformed'],
    ['with a NUL', () => forge(good, '"\\u0000"'), keyring, 'envelope.malformed'],
    ['with a lone surrogate', () => forge(good, '"\\udfff"'), keyring, 'envelope.malformed'],
  ])('%s', async (_, make, keys, code) => {
    expect(await codeOf(await make(), keys)).toBe(code);
  });

  it('when S is written with the order of the group added, which verifies by the equation alone', async () => {
    const bytes = decodeBase64url(signature);
    let s = bytes.slice(32).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n) + 2n ** 252n + 27742317777372353535851937790883648493n;
    for (let i = 32; i < 64; i++, s >>= 8n) bytes[i] = Number(s & 255n);
    expect(await codeOf(`${header}.${body}.${encodeBase64url(bytes)}`)).toBe('envelope.bad-signature');
  });

  it('under a weak key, whose signature needs no secret', async () => {
    const neutral: PublicJwk = { kty: 'OKP', crv: 'Ed25519', x: encodeBase64url(Uint8Array.of(1, ...new Uint8Array(31))) };
    const nothing = Uint8Array.of(1, ...new Uint8Array(63));
    const input = `${b64({ ...good, kid: await thumbprint(neutral) })}.${b64({ role: 'super' })}`;
    // The equation holds for every message; platforms differ in whether they look at the key, so we do.
    expect(await codeOf(`${input}.${encodeBase64url(nothing)}`, () => neutral)).toBe('usage.invalid');
  });

  it('under a key that is no point of its curve', async () => {
    // y = 2 has no x: (y² − 1) / (dy² + 1) is no square.
    const nowhere: PublicJwk = { kty: 'OKP', crv: 'Ed25519', x: encodeBase64url(Uint8Array.of(2, ...new Uint8Array(31))) };
    const p = 2n ** 255n - 19n;
    const power = (base: bigint, e: bigint): bigint => (e === 0n ? 1n : (power((base * base) % p, e / 2n) * (e % 2n ? base : 1n)) % p);
    const d = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;
    const square = (3n * power((4n * d + 1n) % p, p - 2n)) % p;
    expect(power(square, (p - 1n) / 2n)).toBe(p - 1n);
    expect(await codeOf(await forge({ ...good, kid: await thumbprint(nowhere) }), () => nowhere)).toMatch(/^(envelope.bad-signature|usage.invalid)$/);
  });

  it('when any letter of it is another', async () => {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    for (const [start, end, codes] of [
      [0, header.length, ['envelope.malformed', 'envelope.algorithm-refused', 'envelope.wrong-type', 'envelope.unknown-key', 'envelope.bad-signature']],
      [header.length + 1, header.length + 1 + body.length, ['envelope.malformed', 'envelope.bad-signature']],
      [header.length + body.length + 2, genuine.length, ['envelope.malformed', 'envelope.bad-signature']],
    ] as const) {
      for (let at = start; at < end; at++) {
        const letter = letters[(letters.indexOf(genuine[at]!) + 1 + (at % 62)) % 64]!;
        expect(codes).toContain(await codeOf(genuine.slice(0, at) + letter + genuine.slice(at + 1)));
      }
    }
  });

  it('when it is cut off anywhere', async () => {
    for (let at = 0; at < genuine.length; at++) expect(['envelope.malformed']).toContain(await codeOf(genuine.slice(0, at)));
  });

  it('when it is anything else, without ever failing otherwise', async () => {
    const part = fc.oneof(fc.constantFrom(header, body, signature, ''), fc.string({ maxLength: 20 }), fc.base64String().map((text) => text.replaceAll(/[=+/]/g, '_')));
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 6 }), async (parts) => {
        const jws = parts.join('.');
        fc.pre(jws !== genuine);
        expect(await codeOf(jws)).toMatch(/^envelope\./);
      }),
      { numRuns: 500 },
    );
  });

  it('beyond the size that its reader allows', async () => {
    expect(await codeOf(genuine, keyring, { maxBytes: genuine.length })).toBe('opened');
    expect(await codeOf(genuine, never, { maxBytes: genuine.length - 1 })).toBe('envelope.malformed');
  });

  it('without the header members that its reader declares', async () => {
    const withPod = await sign({ typ, payload, key: hub.signing, extraHeader: { pod: 'pod_1' } });
    expect(await codeOf(withPod, keyring, { extraHeader: ['pod'] })).toBe('opened');
    expect(await codeOf(withPod, never)).toBe('envelope.algorithm-refused');
    expect(await codeOf(genuine, never, { extraHeader: ['pod'] })).toBe('envelope.malformed');
    for (const pod of [null, ['a'], {}, 1.5, true, 'x'.repeat(257)]) expect(await codeOf(await forge({ ...good, pod }), never, { extraHeader: ['pod'] })).toBe('envelope.malformed');
  });
});

describe('a signer', () => {
  it.each(['alg', 'kid', 'typ', 'crit', 'b64', 'jwk', 'zip', 'epk', '__proto__', 'Pod', 'a b', ''])('cannot add the header member %p', async (name) => {
    const extraHeader = Object.fromEntries([[name, 'x']]);
    await expect(sign({ typ, payload, key: hub.signing, extraHeader })).rejects.toMatchObject({ code: 'usage.invalid' });
  });

  it('cannot sign with an encryption key, a public key, or what is not JSON', async () => {
    await expect(sign({ typ, payload, key: hub.encryption })).rejects.toMatchObject({ code: 'usage.invalid' });
    await expect(sign({ typ, payload, key: signing as never })).rejects.toMatchObject({ code: 'usage.invalid' });
    await expect(sign({ typ, payload: { at: new Date() }, key: hub.signing })).rejects.toMatchObject({ code: 'usage.invalid', details: { at: 'at' } });
  });

  it('writes what any other library reads, and reads what one writes', async () => {
    const { compactVerify, importJWK } = await import('jose');
    const { payload: bytes } = await compactVerify(genuine, await importJWK({ ...signing, alg: 'EdDSA' }));
    expect(JSON.parse(new TextDecoder().decode(bytes))).toEqual(payload);
    const theirs = await new CompactSign(new TextEncoder().encode('{"a": 1}')).setProtectedHeader(good).sign(await importJWK({ ...hub.signing, alg: 'EdDSA' }));
    expect((await openSigned(theirs, { typ, keys: keyring })).payload).toEqual({ a: 1 });
  });
});
