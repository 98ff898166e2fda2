import { empiricalEpsilon } from '../../fixtures/empirical-epsilon.ts';
import { deviationFromLaw } from '../../fixtures/goodness-of-fit.ts';
import { seededBits } from '../../fixtures/seeded-bits.ts';
import { ratio } from '../../numbers/ratio.ts';
import { exponentialProbabilities, permuteAndFlipProbabilities } from './fixtures/by-the-book.ts';
import { quantileCandidates, quantileSensitivity } from './quantile.ts';
import { permuteAndFlip, selectExponential, selectionRate } from './selection.ts';

const n = 20_000;
const of = (scores: readonly number[]) => ({ size: scores.length, best: BigInt(Math.max(...scores)), score: (c: number) => BigInt(scores[c]!) });
const tables = [[0, 0, 0], [5, 1, 0, -3], [2, 2, -1, 7, 6]];

describe('a private choice', () => {
  it.each(tables.map((scores) => [scores]))('among scores %j follows the exponential law, and permute and flip its own', (scores) => {
    const bits = seededBits(9);
    const rate = ratio(3n, 10n);
    const exponential = exponentialProbabilities(scores, 0.3);
    const flip = permuteAndFlipProbabilities(scores, 0.3);
    expect(flip.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    const draws = (select: typeof permuteAndFlip) => Float64Array.from({ length: n }, () => select(of(scores), rate, bits));
    expect(Math.abs(deviationFromLaw(draws(selectExponential), (c) => exponential[c] ?? 0))).toBeLessThan(4);
    expect(Math.abs(deviationFromLaw(draws(permuteAndFlip), (c) => flip[c] ?? 0))).toBeLessThan(4);
  });

  it('by permute and flip never loses more score than by the exponential law', () => {
    for (const scores of tables) {
      const loss = (probabilities: readonly number[]) => probabilities.reduce((sum, p, c) => sum + p * (Math.max(...scores) - scores[c]!), 0);
      for (const rate of [0.01, 0.3, 2]) expect(loss(permuteAndFlipProbabilities(scores, rate))).toBeLessThanOrEqual(loss(exponentialProbabilities(scores, rate)) + 1e-12);
    }
  });

  it('is epsilon-DP at every choice when each score moves by its sensitivity', () => {
    for (const law of [exponentialProbabilities, permuteAndFlipProbabilities]) {
      for (const scores of tables) {
        // Every vector of moves by −1, 0, 1.
        for (let code = 0; code < 3 ** scores.length; code += 1) {
          const moved = scores.map((score, i) => score + (Math.floor(code / 3 ** i) % 3) - 1);
          const [a, b] = [law(scores, 0.35), law(moved, 0.35)];
          for (let c = 0; c < scores.length; c += 1) expect(Math.abs(Math.log(a[c]! / b[c]!))).toBeLessThanOrEqual(0.7 + 1e-12);
        }
      }
    }
  });

  // One score rises and eight fall: the case in which the claim is tightest. n = 60 000 on each table, one event, false alarm 1e-3.
  it.each([[1_000_000, true], [1_300_000, false]])('shows an epsilon of at most 1 at %d millionths: %p', (epsilonMicro, isWithin) => {
    const bits = seededBits(13);
    const rate = selectionRate(1n, epsilonMicro);
    const choose = (scores: number[]) => () => selectExponential(of(scores), rate, bits);
    const { atLeast } = empiricalEpsilon({ here: choose([1, ...Array<number>(8).fill(0)]), there: choose([0, ...Array<number>(8).fill(1)]), edges: [0.5], n: 60_000 });
    expect(atLeast <= 1).toBe(isWithin);
    expect(atLeast).toBeGreaterThan(0.7);
  });

  it('halves epsilon over the sensitivity, exactly', () => {
    expect(selectionRate(1n, 1_000_000)).toEqual(ratio(1n, 2n));
    expect(selectionRate(9n, 300_000)).toEqual(ratio(1n, 60n));
    for (const epsilon of [0, -1, Number.NaN, Infinity, '1', null, 1n]) expect(() => selectionRate(1n, epsilon as number)).toThrow('Epsilon');
    for (const sensitivity of [0n, -1n, 1]) expect(() => selectionRate(sensitivity as bigint, 1)).toThrow('sensitivity');
  });

  it('is refused among nothing, among too many, and when a candidate passes the stated best or none reaches it', () => {
    const rate = ratio(1n, 1n);
    for (const size of [0, -1, 1.5, Number.NaN]) expect(() => permuteAndFlip({ size, best: 0n, score: () => 0n }, rate, seededBits(1))).toThrow('nothing');
    expect(() => selectExponential({ size: 2 ** 24 + 1, best: 0n, score: () => 0n }, rate, seededBits(1))).toThrow('too many');
    expect(() => permuteAndFlip({ size: 1, best: 0n, score: () => 1n }, rate, seededBits(1))).toThrow('passes');
    expect(() => permuteAndFlip({ size: 1, best: 10_000n, score: () => 0n }, rate, seededBits(1))).toThrow('reaches');
  });
});

describe('a private quantile', () => {
  const range = { part: 1, whole: 2, least: 0, most: 20 };

  it.each([[[]], [[3]], [[0, 0, 0, 20]], [[1, 4, 4, 4, 9, 16]], [[20, 20]]])('of %j scores by values below and above', (values) => {
    for (const [part, whole] of [[1, 2], [1, 4], [9, 10], [0, 1], [1, 1]] as const) {
      const candidates = quantileCandidates(values, { ...range, part, whole });
      const scores = Array.from({ length: 21 }, (_, c) => {
        const [below, above] = [values.filter((v) => v < c).length, values.filter((v) => v > c).length];
        return BigInt(-Math.abs((whole - part) * below - part * above));
      });
      expect(Array.from({ length: 21 }, (_, c) => candidates.score(c))).toEqual(scores);
      expect(candidates.best).toBe(scores.reduce((a, b) => (a > b ? a : b)));
    }
  });

  it('has scores that one row moves by the sensitivity at most, and by that much somewhere', () => {
    for (const [part, whole] of [[1, 2], [1, 4], [9, 10]] as const) {
      let most = 0n;
      const values = [2, 2, 5, 11];
      const before = quantileCandidates(values, { ...range, part, whole });
      for (let added = 0; added <= 20; added += 1) {
        const after = quantileCandidates([...values, added].sort((a, b) => a - b), { ...range, part, whole });
        for (let c = 0; c <= 20; c += 1) {
          const moved = after.score(c) - before.score(c);
          most = moved > most ? moved : -moved > most ? -moved : most;
        }
      }
      expect(most).toBe(quantileSensitivity(part, whole));
    }
  });

  it('is near the median, and within its range always', () => {
    const bits = seededBits(4);
    const values = Array.from({ length: 1001 }, (_, i) => i);
    const candidates = quantileCandidates(values, { part: 1, whole: 2, least: 0, most: 1000 });
    const answers = Array.from({ length: 300 }, () => permuteAndFlip(candidates, selectionRate(1n, 1_000_000), bits));
    // One score point is half a place: ±2·ln(…)/ε places hold nearly all.
    expect(Math.max(...answers.map((answer) => Math.abs(answer - 500)))).toBeLessThan(25);
    expect(new Set(answers).size).toBeGreaterThan(5);
  });

  it('refuses values that are not sorted or not clamped, and quantiles that are none', () => {
    expect(() => quantileCandidates([2, 1], range)).toThrow('sorted');
    expect(() => quantileCandidates([21], range)).toThrow('clamped');
    expect(() => quantileCandidates([Number.NaN], range)).toThrow('clamped');
    expect(() => quantileCandidates([], { ...range, least: 20 })).toThrow('range');
    for (const [part, whole] of [[3, 2], [-1, 2], [0.5, 1], [1, 0], [1, 20_000], [Number.NaN, 1]]) expect(() => quantileSensitivity(part!, whole!)).toThrow('quantile');
  });
});
