import { isFault } from '@podnet/errors';
import { CompactEncrypt, importJWK } from 'jose';
import {
  decodeBase64url,
  encodeBase64url,
  inspectSealed,
  makeKeys,
  openFromSelf,
  openSealed,
  openSealedSigned,
  publicHalf,
  seal,
  sealSigned,
  sealToSelf,
  sign,
  thumbprint,
  type KeyLookup,
  type KeyPair,
  type PrivateJwk,
  type PublicJwk,
} from './index.ts';

const [modeller, pod, otherPod] = [await makeKeys(), await makeKeys(), await makeKeys()];
const typ = 'podnet-payload+jwe';
const signTyp = 'podnet-payload+jws';
const names = await Promise.all([modeller, pod, otherPod].map((keys) => thumbprint(keys.signing)));
const context = { task: 'tsk_1', epoch: 4 };
const plaintext = new TextEncoder().encode('canary: the plaintext');
const to = publicHalf(pod).encryption;
const kid = await thumbprint(to);
const genuine = await seal({ typ, plaintext, to, context });
const parts = genuine.split('.') as [string, string, string, string, string];
const good = JSON.parse(Buffer.from(parts[0], 'base64url').toString()) as Record<string, unknown>;

const b64 = (value: unknown) => encodeBase64url(new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value)));
const withHeader = (header: unknown) => [b64(header), ...parts.slice(1)].join('.');
const withPart = (i: number, part: string) => parts.map((old, j) => (i === j ? part : old)).join('.');
const point = (first: number) => encodeBase64url(Uint8Array.of(first, ...new Uint8Array(31)));

/** A private key that must not be touched: a header is judged before any cryptography. */
const never = new Proxy({} as PrivateJwk, {
  get() {
    throw new Error('The private key was touched before the header was judged.');
  },
});

async function codeOf(open: Promise<unknown>): Promise<string> {
  try {
    await open;
    return 'opened';
  } catch (error) {
    if (isFault(error)) return error.code;
    throw error;
  }
}

/** Sealed truly, by another library, with whatever header is asked for. */
async function sealOtherwise(header: Record<string, unknown>): Promise<string> {
  const key = await importJWK({ ...to, alg: 'ECDH-ES+A256KW' });
  return new CompactEncrypt(plaintext).setProtectedHeader({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM', typ, kid, ...context, ...header } as never).encrypt(key);
}

describe('a sealed message is refused before the private key is touched', () => {
  it.each<[string, () => string | Promise<string>, string]>([
    ['ECDH-ES+A128KW', () => sealOtherwise({ alg: 'ECDH-ES+A128KW' }), 'envelope.algorithm-refused'],
    ['ECDH-ES without wrapping', () => sealOtherwise({ alg: 'ECDH-ES' }), 'envelope.algorithm-refused'],
    ['A128GCM', () => sealOtherwise({ enc: 'A128GCM' }), 'envelope.algorithm-refused'],
    ['A128CBC-HS256', () => sealOtherwise({ enc: 'A128CBC-HS256' }), 'envelope.algorithm-refused'],
    ['a zip bomb', () => sealOtherwise({ zip: 'DEF' }), 'envelope.algorithm-refused'],
    ['apu', () => withHeader({ ...good, apu: 'QQ' }), 'envelope.algorithm-refused'],
    ['apv', () => withHeader({ ...good, apv: 'QQ' }), 'envelope.algorithm-refused'],
    ['dir', () => withHeader({ ...good, alg: 'dir' }), 'envelope.algorithm-refused'],
    ['A256KW', () => withHeader({ ...good, alg: 'A256KW' }), 'envelope.algorithm-refused'],
    ['A256GCMKW with iv and tag', () => withHeader({ ...good, alg: 'A256GCMKW', iv: 'AAAAAAAAAAAAAAAA', tag: 'AAAAAAAAAAAAAAAAAAAAAA' }), 'envelope.algorithm-refused'],
    ['RSA-OAEP', () => withHeader({ ...good, alg: 'RSA-OAEP' }), 'envelope.algorithm-refused'],
    ['RSA1_5', () => withHeader({ ...good, alg: 'RSA1_5' }), 'envelope.algorithm-refused'],
    ['PBES2 with a huge p2c', () => withHeader({ ...good, alg: 'PBES2-HS512+A256KW', p2s: 'AAAAAAAAAAAAAAAA', p2c: 2_147_483_647 }), 'envelope.algorithm-refused'],
    ['a huge p2c alone', () => withHeader({ ...good, p2c: 2_147_483_647 }), 'envelope.algorithm-refused'],
    ['alg none', () => withHeader({ ...good, alg: 'none' }), 'envelope.algorithm-refused'],
    ['alg EdDSA', () => withHeader({ ...good, alg: 'EdDSA' }), 'envelope.algorithm-refused'],
    ['no enc', () => withHeader({ ...good, enc: undefined }), 'envelope.algorithm-refused'],
    ['crit', () => withHeader({ ...good, crit: ['task'] }), 'envelope.algorithm-refused'],
    ['jku', () => withHeader({ ...good, jku: 'https://mallory.example' }), 'envelope.algorithm-refused'],
    ['jwk', () => withHeader({ ...good, jwk: to }), 'envelope.algorithm-refused'],
    ['x5c', () => withHeader({ ...good, x5c: [] }), 'envelope.algorithm-refused'],
    ['b64', () => withHeader({ ...good, b64: false }), 'envelope.algorithm-refused'],
    ['another typ', () => withHeader({ ...good, typ: 'podnet-result+jwe' }), 'envelope.wrong-type'],
    ['no typ', () => withHeader({ ...good, typ: undefined }), 'envelope.wrong-type'],
    ['a content that nobody expects', () => withHeader({ ...good, cty: signTyp }), 'envelope.wrong-type'],
    ['a content that is no text', () => withHeader({ ...good, cty: 7 }), 'envelope.malformed'],
    ['no kid', () => withHeader({ ...good, kid: undefined }), 'envelope.malformed'],
    ['no ephemeral key', () => withHeader({ ...good, epk: undefined }), 'envelope.malformed'],
    ['an ephemeral key of another curve', () => withHeader({ ...good, epk: { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' } }), 'envelope.malformed'],
    ['an ephemeral key with its secret', () => withHeader({ ...good, epk: { ...(good['epk'] as object), d: pod.encryption.d } }), 'envelope.malformed'],
    ['an ephemeral key with a further member', () => withHeader({ ...good, epk: { ...(good['epk'] as object), alg: 'x' } }), 'envelope.malformed'],
    ['the ephemeral point 0', () => withHeader({ ...good, epk: { kty: 'OKP', crv: 'X25519', x: point(0) } }), 'envelope.malformed'],
    ['the ephemeral point 1', () => withHeader({ ...good, epk: { kty: 'OKP', crv: 'X25519', x: point(1) } }), 'envelope.malformed'],
    ['an ephemeral point of order 8', () => withHeader({ ...good, epk: { kty: 'OKP', crv: 'X25519', x: '4Ot6fDtBuK4WVuP68Z_EatoJjeucMrH9hmIFFl9JuAA' } }), 'envelope.malformed'],
    ['another task', () => withHeader({ ...good, task: 'tsk_2' }), 'envelope.tampered'],
    ['another epoch', () => withHeader({ ...good, epoch: 5 }), 'envelope.tampered'],
    ['a text for a number', () => withHeader({ ...good, epoch: '4' }), 'envelope.tampered'],
    ['a context missing', () => withHeader({ ...good, task: undefined }), 'envelope.tampered'],
    ['a context too many', () => withHeader({ ...good, pod: 'pod_1' }), 'envelope.tampered'],
    ['a key named twice', () => withHeader(JSON.stringify(good).replace('{', '{"alg":"dir",')), 'envelope.malformed'],
    ['__proto__ in the header', () => withHeader(JSON.stringify(good).replace('{', '{"__proto__":{},')), 'envelope.malformed'],
    ['a deep header', () => withHeader({ ...good, epk: { kty: { kty: { kty: 1 } } } }), 'envelope.malformed'],
    ['three parts', () => parts.slice(0, 3).join('.'), 'envelope.malformed'],
    ['six parts', () => `${genuine}.`, 'envelope.malformed'],
    ['10 MB', () => withPart(3, 'A'.repeat(10_000_000)), 'envelope.malformed'],
    ['a short wrapped key', () => withPart(1, parts[1].slice(4)), 'envelope.malformed'],
    ['no wrapped key', () => withPart(1, ''), 'envelope.malformed'],
    ['a short nonce', () => withPart(2, parts[2].slice(4)), 'envelope.malformed'],
    ['a long nonce', () => withPart(2, `${parts[2]}AAAA`), 'envelope.malformed'],
    ['a short tag', () => withPart(4, parts[4].slice(0, 6)), 'envelope.malformed'],
    ['no tag', () => withPart(4, ''), 'envelope.malformed'],
    ['a padded tag', () => `${genuine}==`, 'envelope.malformed'],
    ['a tag with spare bits', () => withPart(4, `${parts[4].slice(0, 21)}B`), 'envelope.malformed'],
    ['a line feed in the ciphertext', () => withPart(3, `${parts[3]}\n`), 'envelope.malformed'],
    ['a signed message', () => sign({ typ, payload: 1, key: pod.signing }), 'envelope.malformed'],
  ])('%s', async (_, make, code) => {
    const jwe = await make();
    expect(await codeOf(openSealed(jwe, { typ, key: never, context }))).toBe(code);
    expect(await codeOf((async () => inspectSealed(jwe, { typ, context }))())).toBe(code);
  });
});

describe('a sealed message is refused', () => {
  const open = (jwe: string, key: PrivateJwk = pod.encryption) => codeOf(openSealed(jwe, { typ, key, context }));

  it('by everybody but its reader', async () => {
    expect(await open(genuine)).toBe('opened');
    expect(await open(genuine, otherPod.encryption)).toBe('envelope.wrong-recipient');
    expect(await open(withHeader({ ...good, kid: await thumbprint(otherPod.encryption) }), otherPod.encryption)).toBe('envelope.undecryptable');
    expect(await open(withHeader({ ...good, kid: await thumbprint(pod.signing) }))).toBe('envelope.wrong-recipient');
  });

  it.each([
    ['wrapped key', 1],
    ['nonce', 2],
    ['ciphertext', 3],
    ['tag', 4],
  ])('when any byte of its %s is another', async (_, i) => {
    const bytes = decodeBase64url(parts[i as 1]);
    for (let at = 0; at < bytes.length; at++) {
      const changed = bytes.slice();
      changed[at]! ^= 1 << (at % 8);
      expect(await open(withPart(i, encodeBase64url(changed)))).toBe('envelope.undecryptable');
    }
  });

  it('when its header is written otherwise', async () => {
    expect(await open(withHeader(Object.fromEntries(Object.entries(good).reverse())))).toBe('envelope.undecryptable');
    expect(await open(withHeader(`${JSON.stringify(good)} `))).toBe('envelope.undecryptable');
  });

  it('when any letter of its header is another', async () => {
    for (let at = 0; at < parts[0].length; at++) {
      const letter = parts[0][at] === 'A' ? 'B' : 'A';
      expect(await open(withPart(0, parts[0].slice(0, at) + letter + parts[0].slice(at + 1)))).toMatch(/^envelope\./);
    }
  });

  it('when it is cut off anywhere', async () => {
    for (let at = 0; at < genuine.length; at += 3) expect(await open(genuine.slice(0, at))).toMatch(/^envelope\.(malformed|undecryptable)$/);
  });

  it('when parts of two messages to the same reader are put together', async () => {
    const other = (await seal({ typ, plaintext, to, context })).split('.');
    for (let i = 0; i < 5; i++) expect(await open(withPart(i, other[i]!))).toBe('envelope.undecryptable');
  });
});

describe('a sealer', () => {
  it.each<[string, PublicJwk]>([
    ['a point of small order', { kty: 'OKP', crv: 'X25519', x: point(0) }],
    ['a signing key', publicHalf(pod).signing],
    ['a private key', pod.encryption],
  ])('cannot seal to %s', async (_, key) => {
    expect(await codeOf(seal({ typ, plaintext, to: key, context }))).toBe('usage.invalid');
  });

  it.each(['alg', 'enc', 'kid', 'zip', 'crit', 'epk', 'p2c', '__proto__', 'a b'])('cannot put %s into the context', async (name) => {
    expect(await codeOf(seal({ typ, plaintext, to, context: Object.fromEntries([[name, 'x']]) }))).toBe('usage.invalid');
  });

  it.each([NaN, 1.5, -0, 2 ** 53, 'x'.repeat(257), '\0', '\ud800', null, {}])('cannot put the value %p into the context', async (value) => {
    expect(await codeOf(seal({ typ, plaintext, to, context: { task: value as string } }))).toBe('usage.invalid');
  });

  it('cannot fill the header with a context that no reader would take', async () => {
    const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`m${i}`, '€'.repeat(100)]));
    expect(await codeOf(seal({ typ, plaintext, to, context: many(7) }))).toBe('usage.invalid');
    expect(await codeOf(openSealed(await seal({ typ, plaintext, to, context: many(6) }), { typ, key: pod.encryption, context: many(6) }))).toBe('opened');
  });

  it('reveals nothing of the plaintext and never makes the same message twice', async () => {
    expect(genuine).not.toContain(encodeBase64url(plaintext).slice(0, 12));
    expect(await seal({ typ, plaintext, to, context })).not.toBe(genuine);
  });
});

describe('a message that is signed and sealed', () => {
  const keyring: KeyLookup = async (name) => [modeller, pod, otherPod].map((keys) => publicHalf(keys).signing).find((_, i) => names[i] === name);

  const payload = { parameters: 'canary' };
  const body = Uint8Array.of(1, 2, 3);
  const make = (more: object = {}) => sealSigned({ signTyp, sealTyp: typ, payload, signKey: modeller.signing, to, context, ...more });
  const open = (jwe: string, reader: KeyPair = pod, more: object = {}) => codeOf(openSealedSigned(jwe, { signTyp, sealTyp: typ, keys: keyring, key: reader.encryption, context, ...more }));
  const inside = async (jwe: string, cty = signTyp) => openSealed(jwe, { typ, cty, key: pod.encryption, context });

  it('opens for its reader', async () => {
    expect(await open(await make())).toBe('opened');
    expect(await open(await make({ body }))).toBe('opened');
  });

  it('is refused when its reader seals it again to somebody else', async () => {
    const jws = await inside(await make());
    const again = await seal({ typ, cty: signTyp, plaintext: jws, to: publicHalf(otherPod).encryption, context });
    expect(await open(again, otherPod)).toBe('envelope.wrong-recipient');
  });

  it('is refused when it is sealed again into another context', async () => {
    const jws = await inside(await make());
    const moved = { ...context, task: 'tsk_2' };
    const again = await seal({ typ, cty: signTyp, plaintext: jws, to, context: moved });
    expect(await open(again, pod, { context: moved })).toBe('envelope.tampered');
    const less = { task: 'tsk_1' };
    expect(await open(await seal({ typ, cty: signTyp, plaintext: jws, to, context: less }), pod, { context: less })).toBe('envelope.tampered');
  });

  it('is refused when its bytes are exchanged, taken away or added', async () => {
    const joined = await inside(await make({ body }), `${signTyp}+body`);
    const exchanged = joined.slice();
    exchanged[exchanged.length - 1]! ^= 1;
    const length = new DataView(joined.buffer, joined.byteOffset).getUint32(0, true);
    const jws = joined.slice(4, 4 + length);
    const again = (bytes: Uint8Array, cty: string) => seal({ typ, cty, plaintext: bytes, to, context });
    expect(await open(await again(joined, `${signTyp}+body`))).toBe('opened');
    expect(await open(await again(exchanged, `${signTyp}+body`))).toBe('envelope.tampered');
    expect(await open(await again(joined.slice(0, -1), `${signTyp}+body`))).toBe('envelope.tampered');
    expect(await open(await again(Uint8Array.of(...joined, 0), `${signTyp}+body`))).toBe('envelope.tampered');
    expect(await open(await again(jws, signTyp))).toBe('envelope.tampered');
    const plain = await inside(await make());
    const added = Uint8Array.of(...new Uint8Array(Uint32Array.of(plain.length).buffer), ...plain, 9);
    expect(await open(await again(added, `${signTyp}+body`))).toBe('envelope.tampered');
    const empty = await inside(await make({ body: new Uint8Array(0) }), `${signTyp}+body`);
    expect(await open(await again(empty, `${signTyp}+body`))).toBe('opened');
    empty[0]!++;
    expect(await open(await again(empty, `${signTyp}+body`))).toBe('envelope.malformed');
    for (const bad of [new Uint8Array(0), new Uint8Array(3), Uint8Array.of(255, 255, 255, 255), Uint8Array.of(0, 0, 0, 0)]) expect(await open(await again(bad, `${signTyp}+body`))).toBe('envelope.malformed');
  });

  it('is refused when somebody unknown signed it, or it was signed as something else', async () => {
    expect(await open(await make({ signKey: (await makeKeys()).signing }))).toBe('envelope.unknown-key');
    expect(await open(await make({ signTyp: 'podnet-result+jws' }))).toBe('envelope.wrong-type');
    const inner = { to: kid, context, payload };
    const sealPlain = async (jws: string) => seal({ typ, cty: signTyp, plaintext: new TextEncoder().encode(jws), to, context });
    expect(await open(await sealPlain(await sign({ typ: signTyp, payload: inner, key: modeller.signing })))).toBe('opened');
    expect(await open(await sealPlain(await sign({ typ: 'podnet-task+jws', payload: inner, key: modeller.signing })))).toBe('envelope.wrong-type');
    for (const bad of [payload, null, [inner], { ...inner, more: 1 }, { to: kid, payload }, { context, payload }, { to: kid, context }]) {
      expect(await open(await sealPlain(await sign({ typ: signTyp, payload: bad, key: modeller.signing })))).toBe('envelope.malformed');
    }
    expect(await open(await sealPlain(await sign({ typ: signTyp, payload: { ...inner, body: 'x' }, key: modeller.signing })))).toBe('envelope.tampered');
  });

  it('is refused when what is inside is not signed at all', async () => {
    for (const bytes of [new Uint8Array(0), Uint8Array.of(0xff, 0xfe), new TextEncoder().encode(JSON.stringify({ to: kid, context, payload }))]) {
      expect(await open(await seal({ typ, cty: signTyp, plaintext: bytes, to, context }))).toBe('envelope.malformed');
    }
  });

  it('cannot be made without a payload', async () => {
    expect(await codeOf(make({ payload: undefined }))).toBe('usage.invalid');
    expect(await open(await make({ payload: null }))).toBe('opened');
  });
});

describe('a checkpoint', () => {
  it('is read by its maker only, and only in its context', async () => {
    const jwe = await sealToSelf({ keys: modeller, payload: { round: 2 }, context: { task: 'tsk_1' } });
    expect(await codeOf(openFromSelf(jwe, { keys: modeller, context: { task: 'tsk_1' } }))).toBe('opened');
    expect(await codeOf(openFromSelf(jwe, { keys: modeller, context: { task: 'tsk_2' } }))).toBe('envelope.tampered');
    expect(await codeOf(openFromSelf(jwe, { keys: pod, context: { task: 'tsk_1' } }))).toBe('envelope.wrong-recipient');
  });

  it('is refused when somebody else wrote it', async () => {
    const jwe = await sealSigned({
      signTyp: 'podnet-checkpoint+jws',
      sealTyp: 'podnet-checkpoint+jwe',
      payload: { round: 99 },
      signKey: pod.signing,
      to: publicHalf(modeller).encryption,
      context: { task: 'tsk_1' },
    });
    expect(await codeOf(openFromSelf(jwe, { keys: modeller, context: { task: 'tsk_1' } }))).toBe('envelope.unknown-key');
  });
});
