import fc from 'fast-check';
import { isFault } from '@podnet/errors';
import { packBody, unpackBody } from './index.ts';

const good = packBody({ json: { step: 1 }, arrays: { b: Float64Array.of(3), a: Float64Array.of(1, 2) } });

/** A body with any head and any bytes behind it. */
function forge(head: string | Uint8Array, doubles: number, length?: number): Uint8Array {
  const bytes = typeof head === 'string' ? new TextEncoder().encode(head) : head;
  const body = new Uint8Array(4 + bytes.length + doubles);
  new DataView(body.buffer).setUint32(0, length ?? bytes.length, true);
  body.set(bytes, 4);
  return body;
}

describe('a packed body', () => {
  it('has the form that is written down', () => {
    const head = '{"arrays":[["a",2],["b",1]],"json":{"step":1}}';
    const floats = Buffer.from(Float64Array.of(1, 2, 3).buffer);
    expect(Buffer.from(good)).toEqual(Buffer.concat([Buffer.from(Uint32Array.of(head.length).buffer), Buffer.from(head), floats]));
  });

  it('shares no memory with the bytes it was read from', () => {
    const bytes = good.slice();
    const { arrays } = unpackBody(bytes);
    bytes.fill(0);
    expect(arrays['a']).toEqual(Float64Array.of(1, 2));
    arrays['a']!.fill(9);
    expect(arrays['b']).toEqual(Float64Array.of(3));
  });

  it.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array(0)],
    ['three bytes', new Uint8Array(3)],
    ['a length beyond the end', forge('{"arrays":[],"json":1}', 0, 23)],
    ['the greatest length', forge('{"arrays":[],"json":1}', 0, 0xffffffff)],
    ['a length that is too short', forge('{"arrays":[],"json":1}', 0, 21)],
    ['no head', forge('', 0)],
    ['a head that is not UTF-8', forge(Uint8Array.of(0x22, 0xff, 0x22), 0)],
    ['a head that is a list', forge('[]', 0)],
    ['a head without arrays', forge('{"json":1}', 0)],
    ['a head without JSON', forge('{"arrays":[]}', 0)],
    ['a head with something more', forge('{"arrays":[],"json":1,"more":1}', 0)],
    ['a key named twice', forge('{"arrays":[],"json":1,"json":2}', 0)],
    ['__proto__ in its JSON', forge('{"arrays":[],"json":{"__proto__":1}}', 0)],
    ['an array by the name of __proto__', forge('{"arrays":[["__proto__",0]],"json":1}', 0)],
    ['arrays that are no list', forge('{"arrays":{"a":1},"json":1}', 8)],
    ['an array without a length', forge('{"arrays":[["a"]],"json":1}', 8)],
    ['an array with a name that is none', forge('{"arrays":[[1,1]],"json":1}', 8)],
    ['an array named twice', forge('{"arrays":[["a",1],["a",1]],"json":1}', 16)],
    ['arrays out of order', forge('{"arrays":[["b",1],["a",1]],"json":1}', 16)],
    ['a negative length', forge('{"arrays":[["a",-1],["b",2]],"json":1}', 8)],
    ['half a length', forge('{"arrays":[["a",0.5],["b",0.5]],"json":1}', 8)],
    ['a length as a text', forge('{"arrays":[["a","1"]],"json":1}', 8)],
    ['a length that would fill the memory', forge('{"arrays":[["a",9007199254740991]],"json":1}', 8)],
    ['lengths that would wrap around', forge('{"arrays":[["a",2305843009213693952],["b",1]],"json":1}', 8)],
    ['fewer numbers than named', forge('{"arrays":[["a",2]],"json":1}', 8)],
    ['more numbers than named', forge('{"arrays":[["a",1]],"json":1}', 16)],
    ['part of a number', forge('{"arrays":[["a",1]],"json":1}', 7)],
    ['a byte behind the end', Uint8Array.of(...good, 0)],
    ['10 001 arrays', forge(JSON.stringify({ arrays: Array.from({ length: 10_001 }, (_, i) => [String(i).padStart(5, '0'), 0]), json: 1 }), 0)],
  ])('is refused: %s', (_, bytes) => {
    expect(() => unpackBody(bytes)).toThrow(expect.objectContaining({ code: 'envelope.malformed' }));
  });

  it('is refused or read, but never breaks, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.nat({ max: good.length - 1 }), fc.uint8Array({ maxLength: 6 }), (at, patch) => {
        const bytes = good.slice();
        bytes.set(patch.subarray(0, bytes.length - at), at);
        try {
          // What is read is what would be written: there is one text for one body.
          expect(packBody(unpackBody(bytes)).length).toBeLessThanOrEqual(bytes.length);
        } catch (error) {
          if (!isFault(error)) throw error;
          expect(error.code).toBe('envelope.malformed');
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it.each<[string, () => unknown]>([
    ['no JSON', () => packBody({ json: undefined, arrays: {} })],
    ['NaN in its JSON', () => packBody({ json: NaN, arrays: {} })],
    ['a list for an array', () => packBody({ json: 1, arrays: { a: [1] as never } })],
    ['another kind of array', () => packBody({ json: 1, arrays: { a: new Float32Array(1) as never } })],
    ['__proto__ for a name', () => packBody({ json: 1, arrays: JSON.parse('{"__proto__":1}') as never })],
  ])('is not made of %s', (_, make) => {
    expect(make).toThrow(expect.objectContaining({ code: 'usage.invalid' }));
  });
});
