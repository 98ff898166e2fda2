import { isFault } from '@podnet/errors';
import { scriptedBits, seededBits } from '../fixtures/seeded-bits.ts';
import { bernoulli, bernoulliBig } from './bernoulli.ts';
import { bernoulliExp, bernoulliExpBig, bernoulliExpHalfSquare, bernoulliExpHalves, bernoulliExpOne, oneIn } from './bernoulli-exp.ts';
import { bufferedBits, cryptoBits } from './bit-source.ts';
import { uniformBelow, uniformBelowBig } from './uniform.ts';

const draws = 20_000;

/** How many standard deviations a share of trues lies from its probability; beyond 4.5 once in 150 000 times. */
function deviation(probability: number, draw: () => boolean): number {
  let trues = 0;
  for (let i = 0; i < draws; i += 1) if (draw()) trues += 1;
  return (trues - draws * probability) / Math.sqrt(draws * probability * (1 - probability));
}

describe('random bits', () => {
  it('come from the cryptographic source of the platform, word by word and never twice', () => {
    const bits = cryptoBits(globalThis.crypto);
    const words = Array.from({ length: 10_000 }, () => bits.word());
    expect(words.every((word) => Number.isInteger(word) && word >= 0 && word < 2 ** 32)).toBe(true);
    // Ten thousand of 2³² words repeat one with probability 1.2 %, three with 3e-7.
    expect(new Set(words).size).toBeGreaterThan(words.length - 3);
  });

  it('are wiped from the buffer when they are handed out', () => {
    let buffer: Uint32Array | undefined;
    const bits = bufferedBits((words) => {
      buffer = words;
      globalThis.crypto.getRandomValues(words);
    });
    for (let i = 0; i < 5; i += 1) bits.word();
    expect([...buffer!.subarray(0, 5)]).toEqual([0, 0, 0, 0, 0]);
    expect(buffer!.subarray(5).some((word) => word !== 0)).toBe(true);
  });

  it.each<[string, (words: Uint32Array) => void]>([
    ['leaves the buffer empty', () => {}],
    ['says the same word', (words) => words.fill(7)],
    ['starts again at each fill', (words) => words.forEach((_, i) => (words[i] = Math.imul(i + 1, 0x9e3779b9) >>> 0))],
  ])('are refused from a source that %s', (_, fill) => {
    const bits = bufferedBits(fill);
    const draw = () => {
      for (let i = 0; i < 5000; i += 1) bits.word();
    };
    expect(draw).toThrow('repeat');
    try {
      draw();
    } catch (error) {
      expect(isFault(error) && error.code).toBe('internal.unexpected');
    }
  });
});

describe('a uniform integer', () => {
  it.each([1, 2, 3, 7, 10])('below %d takes every value equally often', (bound) => {
    const bits = seededBits(bound);
    const counts = new Array<number>(bound).fill(0);
    for (let i = 0; i < draws; i += 1) counts[uniformBelow(bound, bits)]! += 1;
    for (const count of counts) expect(Math.abs(count - draws / bound)).toBeLessThanOrEqual(4.5 * Math.sqrt(draws / bound));
  });

  it('is drawn anew when its bits are not below the bound, and takes no more words than needed', () => {
    const small = scriptedBits([0xffffffff, 0x40000000]);
    expect(uniformBelow(3, small)).toBe(1);
    expect(small.drawn()).toBe(2);
    expect(uniformBelow(2 ** 32, scriptedBits([0xfffffffe]))).toBe(0xfffffffe);
    expect(uniformBelow(2 ** 53, scriptedBits([0xffffffff, 0xffffffff]))).toBe(2 ** 53 - 1);
    expect(uniformBelow(2 ** 32 + 1, scriptedBits([0xffffffff, 1, 0x7fffffff, 5]))).toBe(5);
    expect(uniformBelowBig(2n ** 65n, scriptedBits([0xffffffff, 0xffffffff, 0xffffffff]))).toBe(2n ** 65n - 1n);
    expect(uniformBelowBig(2n ** 64n + 1n, scriptedBits([0xffffffff, 0, 0, 0x7fffffff, 0xffffffff, 0xffffffff]))).toBe(2n ** 64n - 1n);
  });
});

describe('a coin', () => {
  it.each([[1, 2], [1, 3], [2, 7], [999_999, 1_000_000], [1, 4000], [2 ** 52 - 1, 2 ** 53 - 1]])('of %d / %d falls so often', (numerator, denominator) => {
    const bits = seededBits(numerator);
    expect(Math.abs(deviation(numerator / denominator, () => bernoulli(numerator, denominator, bits)))).toBeLessThan(4.5);
    expect(Math.abs(deviation(numerator / denominator, () => bernoulliBig(BigInt(numerator), BigInt(denominator), bits)))).toBeLessThan(4.5);
  });

  it('of 0 is never true and of 1 always, whatever the bits', () => {
    for (const word of [0, 1, 2, 0x80000000, 0xfffffffe, 0xffffffff]) {
      expect(bernoulli(0, 5, scriptedBits([word, word, word]))).toBe(false);
      expect(bernoulli(5, 5, scriptedBits([word, word, word]))).toBe(true);
    }
  });

  it('near its threshold asks for more bits and decides by exact arithmetic', () => {
    // 2³²/3 = 1431655765 + 1/3: with this first word the ratio lies at 1/3 of what is left, so the next word decides again.
    const word = 1431655765;
    const third = [word, word, word];
    expect(bernoulli(1, 3, scriptedBits([...third, 0]))).toBe(true);
    expect(bernoulli(1, 3, scriptedBits([...third, 0xffffffff]))).toBe(false);
    expect(bernoulli(1, 3, scriptedBits([word - 1]))).toBe(true);
    expect(bernoulli(1, 3, scriptedBits([word + 1]))).toBe(false);
    // The same at ratios that doubles cannot hold: k/(2⁵³ − 1) just below and above a half.
    const [below, above] = [(2 ** 53 - 2) / 2, 2 ** 53 / 2];
    expect(bernoulli(below, 2 ** 53 - 1, scriptedBits([0x7fffffff, 0xffffffff, 0]))).toBe(false);
    expect(bernoulli(above, 2 ** 53 - 1, scriptedBits([0x80000000, 0, 0]))).toBe(true);
  });

  it.each([[0, 1], [1, 1], [1, 2], [3, 4], [1, 1000], [2 ** 52, 2 ** 53 - 1]])('of exp(−%d/%d) falls so often', (numerator, denominator) => {
    const bits = seededBits(numerator + denominator);
    const gamma = numerator / denominator;
    const laws: [number, () => boolean][] = [
      [Math.exp(-gamma), () => bernoulliExp(numerator, denominator, bits)],
      [Math.exp(-gamma), () => bernoulliExpBig(BigInt(numerator), BigInt(denominator), bits)],
      [Math.exp(-gamma - 2), () => bernoulliExpBig(BigInt(numerator) + 2n * BigInt(denominator), BigInt(denominator), bits)],
      [Math.exp((-gamma * gamma) / 2), () => bernoulliExpHalfSquare(numerator, denominator, bits)],
    ];
    for (const [probability, draw] of laws) if (probability < 1) expect(Math.abs(deviation(probability, draw))).toBeLessThan(4.5);
  });

  it('of exp(−1), of exp(−n/2) and of one in k falls so often', () => {
    const bits = seededBits(5);
    expect(Math.abs(deviation(1 / Math.E, () => bernoulliExpOne(bits)))).toBeLessThan(4.5);
    for (const n of [1, 2, 3, 4]) expect(Math.abs(deviation(Math.exp(-n / 2), () => bernoulliExpHalves(n, bits)))).toBeLessThan(4.5);
    expect(bernoulliExpHalves(0, bits)).toBe(true);
    for (const k of [2, 3, 39, 41]) expect(Math.abs(deviation(1 / k, () => oneIn(k, bits)))).toBeLessThan(4.5);
  });

  it('of exp(−1) knows 1/e to more digits than a double', () => {
    // 1/e = 0x0.5e2d58d8 b3bcdf1a badec782 9054f90d … in words.
    const inverse = [0x5e2d58d8, 0xb3bcdf1a, 0xbadec782, 0x9054f90d];
    for (let kept = 1; kept <= 4; kept += 1) {
      const words = inverse.slice(0, kept);
      expect(bernoulliExpOne(scriptedBits([...words.slice(0, -1), words.at(-1)! - 2, 0]))).toBe(true);
      expect(bernoulliExpOne(scriptedBits([...words.slice(0, -1), words.at(-1)! + 2, 0]))).toBe(false);
    }
  });
});
