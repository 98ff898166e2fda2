import fc from 'fast-check';
import { allFinite } from './all-finite.ts';

test('finds a NaN or infinity wherever it stands, and nothing else', () => {
  fc.assert(fc.property(fc.array(fc.double()), (values) => {
    expect(allFinite(Float64Array.from(values))).toBe(values.every(Number.isFinite));
  }));
  expect(allFinite(new Float64Array(0))).toBe(true);
  expect(allFinite(Float64Array.of(-0, Number.MAX_VALUE, -Number.MIN_VALUE))).toBe(true);
});
