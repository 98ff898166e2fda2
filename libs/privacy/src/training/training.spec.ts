import { empiricalEpsilon } from '../fixtures/empirical-epsilon.ts';
import { chanceOfAsMany } from '../fixtures/goodness-of-fit.ts';
import { reference } from '../fixtures/reference.ts';
import { scriptedBits, seededBits } from '../fixtures/seeded-bits.ts';
import { gaussianDelta } from '../mechanisms/gaussian/analytic-gaussian.ts';
import { clippedSum, squareOf, type ClippedSum } from './clipped-sum.ts';
import { trainingCost, trainingNoise, trainingSchedule } from './dp-sgd.ts';
import { poissonBatch } from './poisson-batch.ts';

describe('the cost of a training', () => {
  reference('dp_accounting')('is the tight epsilon of the reference, and names the looser one', ({ computed_grid_epsilon: { rows } }) => {
    const row = rows.find(({ id }: { id: string }) => id === 'grid-13');
    const cost = trainingCost({ samplingRate: row.sampling_prob, noiseMultiplier: row.noise_multiplier, steps: row.steps }, row.delta);
    expect(Math.abs(cost.epsilon / row.epsilon_pld_google - 1)).toBeLessThan(1e-3);
    expect(Math.abs(cost.epsilonByRdp - row.epsilon_rdp_google)).toBeLessThan(1e-6);
  });

  it('is met by the noise that is found for it, on a grid that reports can state', () => {
    const { samplingRate, steps } = trainingSchedule({ rows: 569, expectedBatch: 114, epochs: 4 });
    expect(steps).toBe(20);
    const cost = trainingNoise({ samplingRate, steps }, { epsilon: 3, delta: 1e-5 });
    expect(cost.epsilon).toBeLessThanOrEqual(3);
    expect(cost.epsilon).toBeGreaterThan(2.97);
    expect(Number.isInteger(cost.noiseMultiplier * 1024)).toBe(true);
    expect(cost.epsilonByRdp).toBeGreaterThan(cost.epsilon);
  });

  it('is refused for malformed parameters, and where it cannot be stated', () => {
    const job = { samplingRate: 0.1, noiseMultiplier: 1, steps: 10 };
    for (const bad of [0, -0, -1, Number.NaN, Infinity, '1', null, undefined, 1n, [1]]) {
      for (const key of ['samplingRate', 'noiseMultiplier', 'steps']) expect(() => trainingCost({ ...job, [key]: bad } as typeof job, 1e-5)).toThrow();
      expect(() => trainingCost(job, bad as number)).toThrow();
      expect(() => trainingNoise(job, { epsilon: bad as number, delta: 1e-5 })).toThrow();
      for (const key of ['rows', 'expectedBatch', 'epochs']) expect(() => trainingSchedule({ rows: 10, expectedBatch: 1, epochs: 1, [key]: bad })).toThrow();
    }
    expect(() => trainingCost({ samplingRate: 1e-4, noiseMultiplier: 1, steps: 1000 }, 1e-17)).toThrow('reliably');
    expect(() => trainingSchedule({ rows: 10, expectedBatch: 11, epochs: 1 })).toThrow('at most all');
  });
});

describe('a Poisson batch', () => {
  it('has each row by itself: sizes vary as binomial ones do, and none is possible', () => {
    const bits = seededBits(2);
    const [rows, rate, n] = [50, 0.04, 4000];
    const sizes = Array.from({ length: n }, () => poissonBatch(rows, rate, bits).length);
    const mean = sizes.reduce((a, b) => a + b) / n;
    const variance = sizes.reduce((sum, size) => sum + (size - mean) ** 2, 0) / n;
    expect(Math.abs(mean - 2)).toBeLessThan(4.5 * Math.sqrt(1.92 / n));
    expect(Math.abs(variance / 1.92 - 1)).toBeLessThan(4.5 * Math.sqrt(2.6 / n));
    const none = sizes.filter((size) => size === 0).length;
    expect(chanceOfAsMany(none, n, 0.96 ** rows)).toBeGreaterThan(1e-4);
    expect(none).toBeGreaterThan(0);
  });

  it.each([0.001, 0.004, 0.01, 0.3, 0.4961, 0.499, 0.5, 0.9])('of rate %d is what every row decides by itself', (rate) => {
    const threshold = Math.floor(rate * 2 ** 32);
    const bits = seededBits(6);
    for (let run = 0; run < 300; run += 1) {
      // A word for the bytes of four rows; the words after it settle bytes that equal the threshold's.
      const bytes = [0, 1, 2, 3].map(() => (bits.word() >>> 29 === 0 ? threshold >>> 24 : bits.word() >>> 24));
      const rest = bytes.filter((byte) => byte === threshold >>> 24).map(() => bits.word());
      const words = [bytes.reduce((word, byte, i) => (word | (byte << (8 * i))) >>> 0, 0), ...rest];
      let settled = 0;
      const expected = bytes.flatMap((byte, row) => {
        const draw = byte === threshold >>> 24 ? byte * 2 ** 24 + (rest[settled++]! >>> 8) : byte * 2 ** 24;
        return draw < threshold ? [row] : [];
      });
      const source = scriptedBits(words);
      expect(poissonBatch(4, rate, source)).toEqual(expected);
      expect(source.drawn()).toBe(words.length);
    }
  });

  it('at rate 1 has all rows, in order, and never more than the rate says', () => {
    expect(poissonBatch(5, 1, seededBits(1))).toEqual([0, 1, 2, 3, 4]);
    expect(poissonBatch(0, 0.5, seededBits(1))).toEqual([]);
    expect(poissonBatch(5, 1e-12, { word: () => 0 })).toEqual([]);
    for (const rate of [0, -0, 1.5, Number.NaN, '1']) expect(() => poissonBatch(5, rate as number, seededBits(1))).toThrow('rate');
  });
});

/** What vectors do to a sum: the difference of two releases with the same noise, in whole ticks, as numbers of the vectors' unit. */
function moved(clippingNorm: number, vectors: readonly ArrayLike<number>[]): number[] {
  const [sum, none] = [0, 1].map(() => clippedSum({ length: 2, clippingNorm, noiseMultiplier: 0.01 }));
  for (const vector of vectors) sum!.add(vector);
  const [a, b] = [sum!.release(seededBits(5)), none!.release(seededBits(5))];
  return [...a].map((value, i) => (Math.round((value / clippingNorm) * 2 ** 16) - Math.round((b[i]! / clippingNorm) * 2 ** 16)) / (2 ** 16 / clippingNorm));
}

describe('a clipped sum', () => {
  it('moves by at most the clipping norm for any vector, however wild', () => {
    const wild = [[3, 4], [1e300, 1e300], [-1e-300, 2e-300], [0.6, 0.8], [0.3, -0.1], [Number.MAX_VALUE, 1], Array.from({ length: 2 }, () => 1 / 3)];
    for (const vector of wild) {
      const noiseless = moved(0.5, [vector]);
      expect(Math.hypot(...noiseless)).toBeLessThanOrEqual(0.5);
      const norm = Math.hypot(vector[0]! / 1e300, vector[1]! / 1e300) * 1e300;
      if (norm > 0.5) expect(Math.hypot(...noiseless)).toBeGreaterThan(0.4999);
      else expect(noiseless[0]).toBeCloseTo(vector[0]!, 4);
    }
  });

  it('takes a vector that is not finite, or whose length is not, for zero, so that it hides nobody', () => {
    expect(moved(1, [[Number.NaN, 0], [Infinity, 0], [0, -Infinity], [0, 0], [Number.MAX_VALUE, Number.MAX_VALUE]])).toEqual([0, 0]);
    expect(moved(1, [[Number.NaN, 0], [0.5, 0]])[0]).toBeCloseTo(0.5, 4);
    expect(() => clippedSum({ length: 2, clippingNorm: 1, noiseMultiplier: 1 }).add([1])).toThrow('length');
  });

  it('adds an outer product as if it had been made, by its length alone', () => {
    const [k, width] = [3, 5];
    const bits = seededBits(8);
    const uniform = () => bits.word() / 2 ** 31 - 1;
    for (let run = 0; run < 200; run += 1) {
      const left = Float64Array.from({ length: k }, uniform);
      const matrix = Float64Array.from({ length: 3 * width }, () => uniform() * 10 ** (run % 7 - 3));
      const row = [...matrix.subarray(width, 2 * width), 1];
      const [made, product] = [0, 1].map(() => clippedSum({ length: k * (width + 1), clippingNorm: 0.7, noiseMultiplier: 0.01 }));
      made!.add([...left].flatMap((a) => row.map((b) => a * b)));
      product!.addOuter(left, matrix, width, width, squareOf(matrix, width, width));
      const [a, b, noise] = [made!.release(seededBits(3)), product!.release(seededBits(3)), made!.release(seededBits(3))];
      // A tick is 0.7/2¹⁶; two ways of multiplying may round to neighbouring ones.
      b.forEach((value, j) => expect(Math.abs(value - a[j]!)).toBeLessThan((1.01 * 0.7) / 2 ** 16));
      expect(Math.hypot(...b.map((value, j) => value - noise[j]!))).toBeLessThanOrEqual(0.7 * (1 + 1e-12));
    }
  });

  it('takes an outer product that is not finite for zero, and refuses one of another shape', () => {
    const sum = clippedSum({ length: 2, clippingNorm: 1, noiseMultiplier: 0.01 });
    const before = sum.release(seededBits(5));
    for (const bad of [Number.NaN, Infinity, Number.MAX_VALUE]) {
      const matrix = Float64Array.of(bad);
      sum.addOuter(Float64Array.of(1), matrix, 0, 1, squareOf(matrix, 0, 1));
      sum.addOuter(Float64Array.of(Number.NaN), Float64Array.of(1), 0, 1, 1);
      expect(sum.release(seededBits(5))).toEqual(before);
    }
    const shapes: [number[], number, number][] = [[[1, 1], 0, 1], [[1], 1, 1], [[1], -1, 1], [[1], 0, 2]];
    for (const [left, from, width] of shapes) expect(() => sum.addOuter(Float64Array.from(left), Float64Array.of(1), from, width, 1)).toThrow('shape');
  });

  it('starts anew after each release, and an empty batch has its noise', () => {
    const sum = clippedSum({ length: 1000, clippingNorm: 2, noiseMultiplier: 1.5 });
    sum.add(new Float64Array(1000).fill(1));
    const bits = seededBits(4);
    sum.release(bits);
    const empty = sum.release(bits);
    // n = 1000: mean square within 4.5·√(2/n) of noiseStd² = (1.5·2)².
    const square = empty.reduce((total, x) => total + x * x, 0) / 1000;
    expect(Math.abs(square / 9 - 1)).toBeLessThan(4.5 * Math.sqrt(2 / 1000));
    expect(Math.abs(empty.reduce((total, x) => total + x, 0) / 1000)).toBeLessThan((4.5 * 3) / Math.sqrt(1000));
  });

  // One step of sampled steps with everybody in it: n = 20 000 on each table, 21 edges, false alarm 1e-3.
  const far: [string, (sum: ClippedSum) => void, (noisy: Float64Array) => number][] = [
    ['a vector', (sum) => sum.add([7, 0]), ([a]) => a!],
    ['an outer product', (sum) => sum.addOuter(Float64Array.of(-9), Float64Array.of(1), 0, 1, 1), ([a, b]) => -(a! + b!) / Math.SQRT2],
  ];
  it.each(far.flatMap((each) => [[...each, 2, true], [...each, 2 * 0.77, false]] as const))('of %s shows the epsilon that noise 2 has (%#)', (_, add, look, noiseMultiplier, isWithin) => {
    const bits = seededBits(31);
    const answer = (present: boolean) => () => {
      const sum = clippedSum({ length: 2, clippingNorm: 1, noiseMultiplier });
      if (present) add(sum);
      return look(sum.release(bits));
    };
    const epsilon = 0.5;
    const delta = gaussianDelta({ epsilon, noiseStd: 2, sensitivity: 1 });
    const edges = Array.from({ length: 21 }, (_, i) => 0.5 + (i - 10) * 0.3);
    const { atLeast } = empiricalEpsilon({ here: answer(true), there: answer(false), edges, delta, n: 60_000 });
    expect(atLeast <= epsilon).toBe(isWithin);
    expect(atLeast).toBeGreaterThan(0.2);
  });

  it.each([0, -0, -1, Number.NaN, Infinity, '1', null, undefined])('refuses %p as norm, noise or length', (value) => {
    const good = { length: 2, clippingNorm: 1, noiseMultiplier: 1 };
    for (const key of ['length', 'clippingNorm', 'noiseMultiplier']) expect(() => clippedSum({ ...good, [key]: value } as typeof good)).toThrow();
  });
});
