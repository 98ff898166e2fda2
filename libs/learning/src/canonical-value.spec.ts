import fc from 'fast-check';
import { canonicalValue } from './canonical-value.ts';

describe('the canonical value', () => {
  it.each<[string | number | boolean, string]>([
    ['1.0', '1'],
    ['1', '1'],
    [1, '1'],
    [' 01 ', '1'],
    ['+1.50', '1.5'],
    ['.5', '0.5'],
    ['-0', '0'],
    [-0, '0'],
    ['0.000', '0'],
    ['1e3', '1000'],
    [0.1, '0.1'],
    [0.1 + 0.2, '0.30000000000000004'],
    [true, 'true'],
    ['Adelie ', 'Adelie'],
    ['0x10', '0x10'],
    ['1,5', '1,5'],
    ['NaN', 'NaN'],
    ['Infinity', 'Infinity'],
    ['', ''],
    ['1e999', '1e999'],
    ['1e-999', '1e-999'],
    ['12345678901234567890', '12345678901234567890'],
    ['12345678901234567891', '12345678901234567891'],
    ['100000000000000000', '100000000000000000'],
  ])('of %j is %j', (value, canonical) => {
    expect(canonicalValue(value)).toBe(canonical);
  });

  it('is canonical itself, and the same for a number and its text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.double({ noNaN: true }), fc.integer()), (value) => {
        const once = canonicalValue(value);
        expect(canonicalValue(once)).toBe(once);
      }),
    );
    fc.assert(fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.nat(3), (value, zeros) => canonicalValue(`${value}.${'0'.repeat(zeros)}`) === canonicalValue(value)));
  });
});
