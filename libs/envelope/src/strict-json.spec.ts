import fc from 'fast-check';
import { isFault, type Fault } from '@podnet/errors';
import { canonicalJson, readStrictJson } from './index.ts';

const bytes = (...values: number[]) => Uint8Array.from(values);

function faultOf(action: () => unknown): Fault {
  try {
    action();
  } catch (error) {
    if (isFault(error)) return error;
    throw error;
  }
  throw new Error('Nothing was refused.');
}

describe('the strict reader', () => {
  it.each<[string, string | Uint8Array, string, string | undefined]>([
    ['a key named twice', '{"a":1,"a":2}', 'usage.malformed', 'a'],
    ['a key named twice, once by escapes', '{"b":{"a":1,"\\u0061":2}}', 'usage.malformed', 'b.a'],
    ['a key named twice inside arrays', '[{"x":[0,{"k":1,"l":[{}],"k":1}]}]', 'usage.malformed', '[0].x[1].k'],
    ['a key named twice behind quotes and colons in texts', '{"t":"\\":{\\\\","k":":","k":1}', 'usage.malformed', 'k'],
    ['__proto__', '{"a":{"__proto__":{"admin":true}}}', 'usage.malformed', 'a.__proto__'],
    ['__proto__ by escapes', '{"\\u005f_proto__":1}', 'usage.malformed', '__proto__'],
    ['nesting beyond the limit', '['.repeat(65) + ']'.repeat(65), 'usage.too-deep', 'offset 64'],
    ['nesting that never ends', '{"a":'.repeat(100_000), 'usage.too-deep', 'offset 320'],
    ['a number beyond doubles', '{"a":[1,1e999]}', 'usage.malformed', 'a[1]'],
    ['a negative number beyond doubles', '-1e999', 'usage.malformed', undefined],
    ['NaN', '{"a":NaN}', 'usage.malformed', 'offset 5'],
    ['Infinity', '[Infinity]', 'usage.malformed', 'offset 1'],
    ['a byte order mark', '\ufeff{}', 'usage.malformed', 'offset 0'],
    ['a byte order mark in bytes', bytes(0xef, 0xbb, 0xbf, 0x7b, 0x7d), 'usage.malformed', 'offset 0'],
    ['UTF-16', bytes(0xff, 0xfe, 0x7b, 0, 0x7d, 0), 'usage.malformed', undefined],
    ['an overlong encoding', bytes(0x22, 0xc0, 0xaf, 0x22), 'usage.malformed', undefined],
    ['a surrogate in UTF-8', bytes(0x22, 0xed, 0xa0, 0x80, 0x22), 'usage.malformed', undefined],
    ['a NUL by escapes', '{"a":"x\\u0000"}', 'usage.malformed', 'a'],
    ['a NUL in a key', '{"x\\u0000":1}', 'usage.malformed', '?'],
    ['a raw NUL', '{"a":"\0"}', 'usage.malformed', 'offset 6'],
    ['a lone surrogate by escapes', '["\\ud800"]', 'usage.malformed', '[0]'],
    ['surrogates in the wrong order', '["\\udc00\\ud800"]', 'usage.malformed', '[0]'],
    ['a lone surrogate as such', '["\ud800"]', 'usage.malformed', undefined],
    ['nothing', '', 'usage.malformed', 'offset 0'],
    ['a number with a zero too many', '[01]', 'usage.malformed', 'offset 1'],
    ['an escape that is none', '{"abc\\x":1}', 'usage.malformed', 'offset 5'],
    ['brackets that do not match', '{"a":[1}', 'usage.malformed', 'offset 7'],
    ['a missing colon', '{"a" 1}', 'usage.malformed', 'offset 5'],
    ['a text that just ends', '{"a":[1,2', 'usage.malformed', 'offset 9'],
    ['something behind the end', '{} {}', 'usage.malformed', 'offset 3'],
    ['a comment', '{/**/}', 'usage.malformed', 'offset 1'],
    ['a comma too many', '[1,]', 'usage.malformed', 'offset 3'],
    ['a text that does not end', '{"a":"b', 'usage.malformed', 'offset 5'],
    ['more bytes than allowed', JSON.stringify('x'.repeat(1_048_576)), 'usage.too-large', undefined],
    ['more bytes than allowed, counted in UTF-8', JSON.stringify('€'.repeat(400_000)), 'usage.too-large', undefined],
    ['10 MB of bytes', new Uint8Array(10_000_000).fill(0x20), 'usage.too-large', undefined],
  ])('refuses %s and names the place', (_, input, code, at) => {
    const fault = faultOf(() => readStrictJson(input));
    expect({ code: fault.code, at: fault.details.at }).toEqual({ code, at });
  });

  it('says when a byte order mark is all that is wrong', () => {
    expect(faultOf(() => readStrictJson('\ufeff{}')).message).toContain('byte order mark');
  });

  it.each([
    ['null', null],
    [' [1, -0.5e2, "\\u20ac", "\\ud83d\\ude00", true] ', [1, -50, '€', '😀', true]],
    ['{"a":{"a":{"a":[]}},"b":{"a":1}}', { a: { a: { a: [] } }, b: { a: 1 } }],
    ['{"constructor":1,"toString":2,"":3}', JSON.parse('{"constructor":1,"toString":2,"":3}')],
    ['['.repeat(64) + ']'.repeat(64), JSON.parse('['.repeat(64) + ']'.repeat(64))],
    ['{"a":"\\\\","b":"\\"","c":"{[:,"}', { a: '\\', b: '"', c: '{[:,' }],
  ])('reads %s', (text, value) => {
    expect(readStrictJson(text)).toEqual(value);
    expect(readStrictJson(new TextEncoder().encode(text))).toEqual(value);
  });

  it('never repeats a value or an odd name in its faults', () => {
    const canary = 'canary-7f3a';
    for (const text of [`{"a":"${canary}","a":1}`, `{"a":"${canary}`, `{"a":"${canary}"} x`, `{"a":"${canary}" 1}`, `["${canary}\\u0000"]`, `{"x ${canary}":1,"x ${canary}":2}`, `${canary}`]) {
      const fault = faultOf(() => readStrictJson(text));
      expect(JSON.stringify(fault.toBody()) + String(fault.cause)).not.toContain(canary);
    }
  });

  it('agrees with JSON.parse on every text without the refused things, and refuses whatever JSON.parse refuses', () => {
    // Short texts from few letters hit every state of the scanner.
    const text = fc.string({ unit: fc.constantFrom(...Array.from('{}[]":,\\1-e.a u0'), 'null', '"a":', '"b"', '\\u0061'), maxLength: 12 });
    fc.assert(
      fc.property(text, (input) => {
        let expected: { value: unknown };
        try {
          expected = { value: JSON.parse(input) };
        } catch (error) {
          const position = /position (\d+)/.exec((error as Error).message)?.[1];
          const refused = faultOf(() => readStrictJson(input));
          // Two engines may differ by where in a word they stop, not by more.
          if (position !== undefined && refused.message === 'The text is not JSON.') expect(Math.abs(Number(refused.details.at!.slice(7)) - Number(position))).toBeLessThan(6);
          return;
        }
        let actual: { value: unknown } | undefined;
        try {
          actual = { value: readStrictJson(input) };
        } catch (error) {
          if (!isFault(error)) throw error;
          // A refused text that JSON.parse takes must say less when written again: something was said twice, or is a NUL.
          expect(/twice|NUL|too large/.test(error.message)).toBe(true);
          return;
        }
          expect(actual).toEqual(expected);
      }),
      { numRuns: 3_000 },
    );
  });

  it('finds a second mention of a key wherever it stands', () => {
    const key = fc.string({ maxLength: 5 }).filter((name) => name !== '__proto__');
    fc.assert(
      fc.property(fc.uniqueArray(key, { minLength: 1, maxLength: 8 }), fc.nat(), fc.nat(), fc.jsonValue({ maxDepth: 2 }), (keys, from, to, value) => {
        const members = keys.map((name) => `${JSON.stringify(name)}:${JSON.stringify(value ?? null)}`);
        const inner = value === null || JSON.stringify(value).includes('__proto__') ? '1' : JSON.stringify(value);
        members.splice(to % (keys.length + 1), 0, `${JSON.stringify(keys[from % keys.length])}:${inner}`);
        expect(faultOf(() => readStrictJson(`[{${members.join(',')}}]`)).code).toBe('usage.malformed');
      }),
    );
  });

  it('takes time in proportion to the text, whatever is in it', () => {
    const texts = ['"\\"'.repeat(2_000_000), `"${'\\'.repeat(6_000_000)}`, `{${'"a":1,'.repeat(1_000_000)}"a":1}`, `[${'{"a":'.repeat(1_000_000)}`, ':'.repeat(6_000_000)];
    for (const text of texts) {
      const startedAt = performance.now();
      expect(isFault(faultOf(() => readStrictJson(text, { maxBytes: 10_000_000 })))).toBe(true);
      // Quadratic time would be minutes.
      expect(performance.now() - startedAt).toBeLessThan(5_000);
    }
  });
});

describe('canonical JSON', () => {
  it('is that of RFC 8785, section 3.2', () => {
    const text = String.raw`{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001], "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}`;
    expect(canonicalJson(JSON.parse(text))).toBe(String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`);
    const keys = JSON.parse(String.raw`{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7}`) as Record<string, number>;
    expect(Object.values(JSON.parse(canonicalJson(keys)) as Record<string, number>).sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(canonicalJson(keys)).toBe('{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}');
  });

  it('does not depend on the order in which an object was made, and leaves out what is undefined', () => {
    expect(canonicalJson({ b: [1, { d: undefined, c: -0 }], a: undefined })).toBe('{"b":[1,{"c":0}]}');
  });

  const cycle: unknown[] = [];
  cycle.push(cycle);
  it.each<[string, unknown, string, string | undefined]>([
    ['NaN', { a: [0, NaN] }, 'usage.invalid', 'a[1]'],
    ['Infinity', -Infinity, 'usage.invalid', ''],
    ['undefined', undefined, 'usage.invalid', ''],
    ['a hole', [1, undefined], 'usage.invalid', '[1]'],
    ['a bigint', { n: 1n }, 'usage.invalid', 'n'],
    ['a function', { f: () => 1 }, 'usage.invalid', 'f'],
    ['a date', { at: new Date(0) }, 'usage.invalid', 'at'],
    ['a map', new Map(), 'usage.invalid', ''],
    ['an array of numbers that is not an Array', { w: new Float64Array(2) }, 'usage.invalid', 'w'],
    ['an object that writes itself', { toJSON: () => 1 }, 'usage.invalid', ''],
    ['a lone surrogate', ['\ud800'], 'usage.invalid', '[0]'],
    ['a NUL', { a: '\0' }, 'usage.invalid', 'a'],
    ['__proto__', JSON.parse('{"__proto__":1}'), 'usage.invalid', '__proto__'],
    ['a cycle', cycle, 'usage.too-deep', undefined],
  ])('refuses %s', (_, value, code, at) => {
    const fault = faultOf(() => canonicalJson(value));
    expect(fault.code).toBe(code);
    if (at !== undefined) expect(fault.details.at).toBe(at);
  });
});
