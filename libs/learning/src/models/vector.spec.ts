import fc from 'fast-check';
import { addScaled, addScaledPair, dot, dotPair } from './vector.ts';

const whole = fc.array(fc.integer({ min: -1000, max: 1000 }), { maxLength: 30 });

describe('a dot product of parts of vectors', () => {
  it('is the sum of the products, whatever the length and the places', () => {
    fc.assert(
      fc.property(whole, whole, fc.nat(5), fc.nat(5), (a, b, aFrom, bFrom) => {
        const length = Math.max(0, Math.min(a.length - aFrom, b.length - bFrom));
        let sum = 0;
        for (let j = 0; j < length; j++) sum += a[aFrom + j]! * b[bFrom + j]!;
        expect(dot(Float64Array.from(a), aFrom, Float64Array.from(b), bFrom, length) - sum).toBe(0);
      }),
    );
  });

  it.each([0, 1, 2, 3, 4, 5, 8, 9])('of length %d lets a value that is not finite through', (at) => {
    const values = new Float64Array(10).fill(1).with(at, Number.NaN);
    expect(dot(values, 0, new Float64Array(10).fill(1), 0, 10)).toBeNaN();
    expect(dot(values, 0, new Float64Array(10).fill(1), 0, at)).toBe(at);
  });
});

describe('a scaled vector, added to a part of another', () => {
  it('changes that part alone', () => {
    fc.assert(
      fc.property(whole, whole, fc.nat(5), fc.nat(5), fc.integer({ min: -9, max: 9 }), (a, b, aFrom, bFrom, factor) => {
        const length = Math.max(0, Math.min(a.length - aFrom, b.length - bFrom));
        const target = Float64Array.from(a);
        addScaled(target, aFrom, factor, Float64Array.from(b), bFrom, length);
        const expected = a.map((value, j) => (j >= aFrom && j < aFrom + length ? value + factor * b[bFrom + j - aFrom]! : value));
        target.forEach((value, j) => expect(value - expected[j]!).toBe(0));
      }),
    );
  });
});

const numbers = fc.array(fc.double({ noDefaultInfinity: true, noNaN: true }), { minLength: 3, maxLength: 40 });

describe('two at once', () => {
  it('have the bits of one after the other', () => {
    fc.assert(
      fc.property(numbers, numbers, fc.nat(2), fc.double({ noNaN: true }), fc.double({ noNaN: true }), (a, b, from, f, g) => {
        const one = Float64Array.from(a);
        const other = Float64Array.from(b);
        const length = Math.min(a.length, Math.floor(b.length / 2)) - from;
        if (length < 0) return;
        const second = Math.floor(b.length / 2);
        const out = new Float64Array(3);
        dotPair(one, from, other, 0, second, length, out, 1);
        expect([...out]).toEqual([0, dot(one, from, other, 0, length), dot(one, from, other, second, length)]);
        const paired = Float64Array.from(a);
        addScaledPair(paired, from, f, g, other, 0, second, length);
        addScaled(one, from, f, other, 0, length);
        addScaled(one, from, g, other, second, length);
        expect([...paired]).toEqual([...one]);
      }),
    );
  });
});
