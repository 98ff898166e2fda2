import { erfcx, logErfc } from './erfc.ts';
import { normalTail } from './normal.ts';
import { approximate, ratio, ratioAtLeast } from './ratio.ts';

describe('error functions', () => {
  // mpmath, 30 digits.
  it.each([
    [0, 1], [0.1, 0.896456979969126642], [0.46875, 0.632069689249556078], [0.5, 0.615690344192925875], [1, 0.427583576155807004], [2, 0.255395676310505743],
    [4, 0.136999457625061453], [4.5, 0.122484804273841418], [10, 0.0561409927438225843], [1e3, 0.000564189301453387847], [1e10, 5.64189583547756287e-11],
  ])('erfcx(%d) = %d', (x, value) => {
    expect(Math.abs(erfcx(x) / value - 1)).toBeLessThan(2e-15);
    if (x < 4.1) expect(Math.abs(erfcx(-x) / (2 * Math.exp(x * x) - value) - 1)).toBeLessThan(4e-15);
  });

  it.each([[-30, 0.69314718055994531], [-3, 0.69313613525045], [-0.2, 0.20106364578291], [0.2, -0.25193223378262], [3, -10.720363041981], [100, -10005.177585123]])('ln erfc(%d) = %d', (x, value) => {
    expect(logErfc(x) / value).toBeCloseTo(1, 10);
  });

  it('joins its pieces without a step', () => {
    for (const edge of [0.46875, 4]) expect(Math.abs(erfcx(edge + 1e-13) / erfcx(edge) - 1)).toBeLessThan(1e-12);
    for (const edge of [-0.46875, 0.46875]) expect(Math.abs(logErfc(edge + 1e-14) / logErfc(edge) - 1)).toBeLessThan(1e-12);
  });

  it('the normal tail has its digits on both sides', () => {
    expect(normalTail(0)).toBeCloseTo(0.5, 15);
    expect(normalTail(8) / 6.22096057427178e-16).toBeCloseTo(1, 12);
    expect(normalTail(-1) + normalTail(1)).toBeCloseTo(1, 14);
  });
});

describe('a ratio', () => {
  it('is in lowest terms and approximates itself', () => {
    expect(ratio(6n, 4n)).toEqual({ numerator: 3n, denominator: 2n });
    expect(approximate(ratio(1n, 3n))).toBe(1 / 3);
    expect(approximate(ratio(10n ** 40n, 3n)) / (1e40 / 3)).toBeCloseTo(1, 15);
    expect(approximate(ratio(1n, 10n ** 40n)) / 1e-40).toBeCloseTo(1, 14);
  });

  it('is never below the number it is made of', () => {
    for (const value of [1e-9, 0.1, 1 / 3, 1, 3.7306, 1e6 + 0.1, 2 ** 42]) {
      const { numerator, denominator } = ratioAtLeast(value);
      expect(Number(numerator) / Number(denominator)).toBeGreaterThanOrEqual(value);
      expect(Number(numerator) / Number(denominator) - value).toBeLessThan(1 / 1024);
    }
    expect(ratioAtLeast(3.5)).toEqual({ numerator: 7n, denominator: 2n });
  });

  it('is refused from anything else than positive integers', () => {
    for (const part of [0n, -1n, 1, '1', null, undefined, Number.NaN, 2n ** 4096n]) {
      expect(() => ratio(part as bigint, 1n)).toThrow('positive');
      expect(() => ratio(1n, part as bigint)).toThrow('positive');
    }
    for (const value of [0, -0, -1, Number.NaN, Infinity, 2 ** 53, '1', null, 1n]) expect(() => ratioAtLeast(value as number)).toThrow('positive');
    expect(() => ratioAtLeast(1, 3)).toThrow('positive');
  });
});
