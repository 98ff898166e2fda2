import fc from 'fast-check';
import { markOf } from './mark.ts';

const array = fc.float64Array({ minLength: 1, maxLength: 20 });

test('the order of keys says nothing', () => {
  expect(markOf({ a: 1, b: [{ c: 2, d: 3 }] }, {})).toBe(markOf({ b: [{ d: 3, c: 2 }], a: 1 }, {}));
  const [x, y] = [new Float64Array([1]), new Float64Array([2])];
  expect(markOf(null, { x, y })).toBe(markOf(null, { y, x }));
});

test('any bit of any number shows, the sign of zero too', () => {
  fc.assert(
    fc.property(array, fc.nat(), fc.integer({ min: 0, max: 63 }), (values, at, bit) => {
      const other = values.slice();
      const bits = new BigUint64Array(other.buffer);
      bits[at % bits.length]! ^= 1n << BigInt(bit);
      expect(markOf(null, { values: other })).not.toBe(markOf(null, { values }));
    }),
  );
  expect(markOf(null, { values: new Float64Array([0]) })).not.toBe(markOf(null, { values: new Float64Array([-0]) }));
});

test('a view into a larger buffer has the mark of its own numbers', () => {
  const whole = new Float64Array([1, 2, 3, 4]);
  expect(markOf(null, { values: whole.subarray(1, 3) })).toBe(markOf(null, { values: new Float64Array([2, 3]) }));
});

test.each([
  [{ a: 1 }, { a: 2 }],
  [undefined, null],
  ['a', 'b'],
])('%j and %j differ', (one, other) => {
  expect(markOf(one, {})).not.toBe(markOf(other, {}));
});
