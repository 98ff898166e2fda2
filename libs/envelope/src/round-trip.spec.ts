import fc from 'fast-check';
import {
  canonicalJson,
  decodeBase64url,
  deriveChannel,
  encodeBase64url,
  makeKeys,
  openFromSelf,
  openSealed,
  openSealedSigned,
  openSigned,
  packBody,
  publicHalf,
  readStrictJson,
  seal,
  sealSigned,
  sealToSelf,
  sign,
  thumbprint,
  unpackBody,
} from './index.ts';

/** JSON as it can travel: what the strict reader refuses is left out, and -0, which JSON.stringify makes 0. */
const text = fc.string({ unit: 'binary' }).filter((value) => value.isWellFormed() && !value.includes('\0'));
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value));
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    fc.oneof(fc.constant(null), fc.boolean(), number, fc.integer(), text),
    fc.array(tie('json'), { maxLength: 5 }),
    fc.dictionary(text.filter((key) => key !== '__proto__'), tie('json'), { maxKeys: 5, noNullPrototype: true }),
  ),
}));
const bytes = fc.uint8Array({ maxLength: 2_000 });
const context = fc.record({ task: fc.string({ maxLength: 40 }).filter((value) => !value.includes('\0')), epoch: fc.nat() });

describe('whatever goes in comes out', () => {
  it('of base64url', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 30_000, size: 'max' }), (data) => {
        const written = encodeBase64url(data);
        expect(written).toBe(Buffer.from(data).toString('base64url'));
        expect(Buffer.compare(decodeBase64url(written), data)).toBe(0);
      }),
    );
  });

  it.each(['A', 'AAAAA', 'AB', 'AE', 'AI', 'AP', 'AAB', 'AAC', 'AA==', 'AA=', 'A+', 'A/', ' AA', 'AA\n', 'AÄ', 'AA\0A'])('but not of %j, which is no or another way to write it', (written) => {
    expect(() => decodeBase64url(written)).toThrow(expect.objectContaining({ code: 'envelope.malformed' }));
  });

  it('of canonical JSON through the strict reader, which is what JSON.parse reads too', () => {
    fc.assert(
      fc.property(json, (value) => {
        const written = canonicalJson(value);
        expect(readStrictJson(written)).toEqual(value);
        expect(canonicalJson(readStrictJson(new TextEncoder().encode(JSON.stringify(value, null, 1))))).toBe(written);
      }),
      { numRuns: 500 },
    );
  });

  it('of a signature', async () => {
    const keys = await makeKeys();
    const { signing } = publicHalf(keys);
    await fc.assert(
      fc.asyncProperty(json, fc.string({ maxLength: 50 }), async (payload, typ) => {
        const opened = await openSigned(await sign({ typ, payload, key: keys.signing, extraHeader: { pod: 'a', n: 3 } }), { typ, keys: () => signing, extraHeader: ['pod', 'n'] });
        expect(opened).toEqual({ payload, kid: await thumbprint(signing), header: { pod: 'a', n: 3 } });
      }),
      { numRuns: 50 },
    );
  });

  it('of a seal', async () => {
    const keys = await makeKeys();
    await fc.assert(
      fc.asyncProperty(bytes, context, async (plaintext, bound) => {
        const jwe = await seal({ typ: 't', plaintext, to: publicHalf(keys).encryption, context: bound });
        expect(Buffer.compare(await openSealed(jwe, { typ: 't', key: keys.encryption, context: bound }), plaintext)).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  it('of sign then seal, with and without bytes beside it', async () => {
    const [from, to] = [await makeKeys(), await makeKeys()];
    const { signing } = publicHalf(from);
    await fc.assert(
      fc.asyncProperty(json, fc.option(bytes, { nil: undefined }), context, async (payload, body, bound) => {
        const jwe = await sealSigned({ signTyp: 's', sealTyp: 'e', payload, body, signKey: from.signing, to: publicHalf(to).encryption, context: bound });
        const opened = await openSealedSigned(jwe, { signTyp: 's', sealTyp: 'e', keys: () => signing, key: to.encryption, context: bound });
        expect(opened.payload).toEqual(payload);
        expect(opened.kid).toBe(await thumbprint(signing));
        expect(opened.body && encodeBase64url(opened.body)).toBe(body && encodeBase64url(body));
      }),
      { numRuns: 50 },
    );
  });

  it('of a checkpoint', async () => {
    const keys = await makeKeys();
    const body = packBody({ json: { round: 3 }, arrays: { w: Float64Array.of(1, -0, NaN) } });
    const jwe = await sealToSelf({ keys, payload: { task: 'tsk_1' }, body, context: { task: 'tsk_1', round: 3 } });
    const opened = await openFromSelf(jwe, { keys, context: { task: 'tsk_1', round: 3 } });
    expect(opened.payload).toEqual({ task: 'tsk_1' });
    expect(unpackBody(opened.body!)).toEqual({ json: { round: 3 }, arrays: { w: Float64Array.of(1, -0, NaN) } });
  });

  it('of a frame', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.constantFrom('to-pod', 'to-modeller'), fc.maxSafeNat(), bytes, async (key, direction, step, body) => {
        const place = { taskId: 'tsk_1', podId: 'pod_1' };
        const frame = await (await deriveChannel(key, place)).seal(direction, step, body);
        expect(frame.length).toBe(body.length + 29);
        expect(Buffer.compare(await (await deriveChannel(key, place)).open(direction, step, frame), body)).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  it('of a body, to the bit', () => {
    const array = fc.float64Array({ maxLength: 100 });
    const name = text.filter((key) => key !== '__proto__');
    fc.assert(
      fc.property(json, fc.dictionary(name, array, { maxKeys: 5, noNullPrototype: true }), fc.nat({ max: 9 }), (value, arrays, shift) => {
        const packed = packBody({ json: value, arrays });
        // Read from an odd offset of a larger buffer, as bytes come from a socket.
        const shifted = new Uint8Array(packed.length + shift);
        shifted.set(packed, shift);
        const body = unpackBody(shifted.subarray(shift));
        expect(body.json).toEqual(value);
        expect(Object.keys(body.arrays).sort()).toEqual(Object.keys(arrays).sort());
        for (const [key, numbers] of Object.entries(arrays)) {
          expect(new Uint8Array(body.arrays[key]!.buffer)).toEqual(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength));
        }
        expect(packBody(body)).toEqual(packed);
      }),
    );
  });
});
