import fc from 'fast-check';
import { canonicalJson, decodeBase64url, encodeBase64url, fingerprint, makeKeys, parseKeys, parsePublicJwk, parsePublicKeys, publicHalf, sha256Base64url, sign, thumbprint } from '../index.ts';
import { BoundedCache } from './bounded-cache.ts';
import { importSigningKey, importVerifyingKey } from './import.ts';

/** RFC 8037, appendix A. */
const rfcKey = { kty: 'OKP', crv: 'Ed25519', d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' } as const;
const rfcPublic = { kty: 'OKP', crv: 'Ed25519', x: rfcKey.x } as const;

const littleEndian = (hex: string) => encodeBase64url(Uint8Array.from(Buffer.from(hex, 'hex')));
const good = await makeKeys();
const other = await makeKeys();
const open = publicHalf(good);

describe('thumbprints', () => {
  it('are those of RFC 8037, appendix A.3', async () => {
    expect(await thumbprint(rfcKey)).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
    expect(await thumbprint(rfcPublic)).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
  });

  it('are made as RFC 7638, section 3.1, makes them', async () => {
    const n =
      '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw';
    expect(await sha256Base64url(canonicalJson({ kty: 'RSA', n, e: 'AQAB' }))).toBe('NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs');
  });
});

describe('fingerprints', () => {
  it('are eight groups of four letters over both keys', async () => {
    const shown = await fingerprint(open);
    expect(shown).toMatch(/^([A-Z2-7]{4}-){7}[A-Z2-7]{4}$/);
    const others = publicHalf(other);
    expect(await fingerprint({ ...open, signing: others.signing })).not.toBe(shown);
    expect(await fingerprint({ ...open, encryption: others.encryption })).not.toBe(shown);
    expect(await fingerprint(good)).toBe(shown);
  });

  it('stay what they were', async () => {
    expect(await fingerprint({ signing: rfcPublic, encryption: { kty: 'OKP', crv: 'X25519', x: '3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08' } })).toBe('6UVL-EYZD-7YNZ-WS4W-U2CM-GHCQ-LL2G-TKCT');
  });
});

describe('the vector of RFC 8037, appendix A.4', () => {
  const input = new TextEncoder().encode('eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc');
  const signature = 'hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg';

  it('is signed and verified by the imported keys', async () => {
    expect(encodeBase64url(new Uint8Array(await crypto.subtle.sign('Ed25519', await importSigningKey(rfcKey), input)))).toBe(signature);
    expect(await crypto.subtle.verify('Ed25519', await importVerifyingKey(rfcPublic), decodeBase64url(signature), input)).toBe(true);
  });
});

describe('keys from somebody else', () => {
  it('are read when they are exactly public', () => {
    expect(parsePublicKeys(JSON.parse(JSON.stringify(open)))).toEqual(open);
    expect(JSON.stringify(publicHalf(good))).not.toContain('"d"');
    expect(parseKeys(JSON.parse(JSON.stringify(good)))).toEqual(good);
  });

  it.each<[string, unknown, string | undefined]>([
    ['nothing', null, undefined],
    ['a text', 'keys', undefined],
    ['a list', [open.signing, open.encryption], undefined],
    ['one key missing', { signing: open.signing }, undefined],
    ['a key too many', { ...open, third: open.signing }, undefined],
    ['a private signing key', { ...open, signing: good.signing }, 'signing'],
    ['a private encryption key', { ...open, encryption: good.encryption }, 'encryption'],
    ['the keys in each other’s place', { signing: open.encryption, encryption: open.signing }, 'signing'],
    ['another kty', { ...open, signing: { ...open.signing, kty: 'EC' } }, 'signing'],
    ['another curve', { ...open, signing: { ...open.signing, crv: 'Ed448' } }, 'signing'],
    ['a further member', { ...open, signing: { ...open.signing, use: 'sig' } }, 'signing'],
    ['a member of the prototype', { ...open, signing: Object.create(open.signing) }, 'signing'],
    ['members of the prototype behind others', { ...open, signing: Object.assign(Object.create(open.signing) as object, { a: 1, b: 2, c: 3 }) }, 'signing'],
    ['no point', { ...open, signing: { kty: 'OKP', crv: 'Ed25519' } }, 'signing'],
    ['a number for a point', { ...open, signing: { ...open.signing, x: 7 } }, 'signing.x'],
    ['31 bytes', { ...open, signing: { ...open.signing, x: encodeBase64url(new Uint8Array(31).fill(9)) } }, 'signing.x'],
    ['33 bytes', { ...open, signing: { ...open.signing, x: encodeBase64url(new Uint8Array(33).fill(9)) } }, 'signing.x'],
    ['padding', { ...open, signing: { ...open.signing, x: `${open.signing.x}=` } }, 'signing.x'],
    ['base64 that is not base64url', { ...open, signing: { ...open.signing, x: `+${open.signing.x.slice(1)}` } }, 'signing.x'],
    ['spare bits', { ...open, signing: { ...open.signing, x: `${rfcKey.x.slice(0, 42)}p` } }, 'signing.x'],
  ])('are refused: %s', (_, input, at) => {
    expect(() => parsePublicKeys(input)).toThrow(expect.objectContaining({ code: 'usage.invalid', details: expect.objectContaining(at ? { at } : {}) }));
  });

  const zeros = '00'.repeat(30);
  const effs = 'ff'.repeat(30);
  it.each<['Ed25519' | 'X25519', string, string]>([
    ['Ed25519', 'the neutral point', `0100${zeros}`],
    ['Ed25519', 'the neutral point with a sign', `0100${'00'.repeat(29)}80`],
    ['Ed25519', 'order 2', `ecff${'ff'.repeat(29)}7f`],
    ['Ed25519', 'order 2 with a sign', `ecff${effs}`],
    ['Ed25519', 'order 4', `0000${zeros}`],
    ['Ed25519', 'order 4 with a sign', `0000${'00'.repeat(29)}80`],
    ['Ed25519', 'order 8', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'],
    ['Ed25519', 'order 8 with a sign', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85'],
    ['Ed25519', 'another of order 8', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'],
    ['Ed25519', 'another of order 8 with a sign', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa'],
    ['Ed25519', 'p, another name of 0', `edff${'ff'.repeat(29)}7f`],
    ['Ed25519', 'p + 1, another name of 1', `eeff${'ff'.repeat(29)}7f`],
    ['Ed25519', 'p + 3, another name of 3', `f0ff${'ff'.repeat(29)}7f`],
    ['X25519', '0', `0000${zeros}`],
    ['X25519', '1', `0100${zeros}`],
    ['X25519', 'p - 1', `ecff${'ff'.repeat(29)}7f`],
    ['X25519', 'p', `edff${'ff'.repeat(29)}7f`],
    ['X25519', 'p + 1', `eeff${'ff'.repeat(29)}7f`],
    ['X25519', 'order 8', 'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800'],
    ['X25519', 'another of order 8', '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157'],
    ['X25519', '0 with the bit that is ignored', `0000${'00'.repeat(29)}80`],
    ['X25519', '9 with the bit that is ignored', `0900${'00'.repeat(29)}80`],
    ['X25519', 'all bits', 'ff'.repeat(32)],
  ])('are refused: the %s point %s', (crv, _, hex) => {
    expect(hex).toHaveLength(64);
    expect(() => parsePublicJwk({ kty: 'OKP', crv, x: littleEndian(hex) }, crv)).toThrow(expect.objectContaining({ code: 'usage.invalid' }));
  });

  it('are refused at every point whose double, redoubled, is the neutral point', () => {
    const p = 2n ** 255n - 19n;
    const mod = (n: bigint) => ((n % p) + p) % p;
    const bytes = (n: bigint) => littleEndian(Buffer.from(n.toString(16).padStart(64, '0'), 'hex').reverse().toString('hex'));
    const d = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;
    const y = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n;
    for (const order8 of [y, p - y]) {
      // The equation of the points of order 8, so that the constants are not merely copied.
      expect(mod(2n * order8 ** 2n)).toBe(mod(1n - d * order8 ** 4n));
      expect(() => parsePublicJwk({ kty: 'OKP', crv: 'Ed25519', x: bytes(order8) }, 'Ed25519')).toThrow(expect.objectContaining({ code: 'usage.invalid' }));
    }
    const us = [325606250916557431795983626356110631294008115727848805560023387167927233504n, 39382357235489614581723060781553021112529911719440698176882885853963445705823n];
    for (const u of us) {
      // Doubling u gives 1, the point of order 4.
      expect(mod((u ** 2n - 1n) ** 2n)).toBe(mod(4n * u * (u ** 2n + 486662n * u + 1n)));
      expect(() => parsePublicJwk({ kty: 'OKP', crv: 'X25519', x: bytes(u) }, 'X25519')).toThrow(expect.objectContaining({ code: 'usage.invalid' }));
    }
  });

  it('pass when the generator made them', async () => {
    for (let i = 0; i < 20; i++) expect(parsePublicKeys(publicHalf(await makeKeys()))).toBeDefined();
    // The base points, the best known points of all.
    expect(parsePublicJwk({ kty: 'OKP', crv: 'X25519', x: littleEndian(`09${'00'.repeat(31)}`) }, 'X25519')).toBeDefined();
    expect(parsePublicJwk({ kty: 'OKP', crv: 'Ed25519', x: littleEndian(`58${'66'.repeat(31)}`) }, 'Ed25519')).toBeDefined();
  });

  it('never show a value in a fault', () => {
    const canary = 'canary-secret';
    for (const x of [canary, { canary }, `${canary}${'A'.repeat(31)}`]) {
      for (const input of [{ ...open, signing: { ...open.signing, x } }, { ...open, signing: { ...open.signing, d: canary } }, { ...open, signing: { ...open.signing, [canary]: 1 } }]) {
        expect(() => parsePublicKeys(input)).toThrow(expect.not.objectContaining({ message: expect.stringContaining(canary) }));
      }
    }
  });
});

describe('a bundle of private keys', () => {
  it.each<[string, unknown]>([
    ['public keys', open],
    ['a private half missing', { ...good, signing: open.signing }],
    ['a private half of 31 bytes', { ...good, signing: { ...good.signing, d: encodeBase64url(new Uint8Array(31)) } }],
    ['a further member', { ...good, signing: { ...good.signing, kid: 'x' } }],
    ['a weak public half', { ...good, encryption: { ...good.encryption, x: encodeBase64url(new Uint8Array(32)) } }],
  ])('is refused: %s', (_, input) => {
    expect(() => parseKeys(input)).toThrow(expect.objectContaining({ code: 'usage.invalid' }));
  });

  it('is refused at its first use when the halves do not belong together', async () => {
    const mixed = parseKeys({ ...good, signing: { ...good.signing, x: other.signing.x } });
    await expect(sign({ typ: 't', payload: 1, key: mixed.signing })).rejects.toMatchObject({ code: 'usage.invalid' });
  });

  it('is imported once, and again when it was changed', async () => {
    const key = { ...good.signing };
    const first = await importSigningKey(key);
    expect(await importSigningKey(key)).toBe(first);
    Object.assign(key, other.signing);
    expect(await importSigningKey(key)).not.toBe(first);
  });
});

describe('a bounded cache', () => {
  it('keeps what was used last, and never more than its capacity', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 9 }), { maxLength: 60 }), fc.integer({ min: 1, max: 5 }), (keys, capacity) => {
        const cache = new BoundedCache<number, string>(capacity);
        keys.forEach((key, i) => {
          const recent = [...new Set(keys.slice(0, i).reverse())].slice(0, capacity);
          let computed = false;
          expect(cache.get(key, () => ((computed = true), `value ${key}`))).toBe(`value ${key}`);
          expect(computed).toBe(!recent.includes(key));
          expect(cache.size).toBeLessThanOrEqual(capacity);
        });
      }),
    );
  });
});
