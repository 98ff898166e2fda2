import fc from 'fast-check';
import { createRandom } from '../random.ts';
import { linearRegression } from './linear-regression/linear-regression.ts';
import { logisticRegression } from './logistic-regression/logistic-regression.ts';
import type { Batch, Model, ModelShape } from './model.ts';

/** One contract for every model: the gradient is the derivative of the loss, whatever the batch and the weights. */
const cases: [string, (shape: ModelShape, l2: number) => Model, number][] = [
  ['linear regression', (shape, l2) => linearRegression.create(shape, { l2 }), 1],
  ['logistic regression of two classes', (shape, l2) => logisticRegression.create(shape, { l2 }), 2],
  ['logistic regression of three classes', (shape, l2) => logisticRegression.create(shape, { l2 }), 3],
  ['logistic regression of seven classes', (shape, l2) => logisticRegression.create(shape, { l2 }), 7],
];

function example(outputs: number, width: number, rows: number, seed: number): Batch {
  const random = createRandom(seed);
  const x = new Float64Array(rows * width).map(random.normal);
  const y = new Float64Array(rows).map(outputs === 1 ? random.normal : () => random.below(outputs));
  const order = random.shuffle(Int32Array.from({ length: rows }, (_, i) => i));
  return { x, y, order, from: 1, to: rows };
}

describe.each(cases)('%s', (_, create, outputs) => {
  it('has the gradient of its loss', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 2, max: 8 }), fc.nat(), fc.constantFrom(0, 0.3), (width, rows, seed, l2) => {
        const model = create({ width, outputs }, l2);
        const batch = example(outputs, width, rows, seed);
        const weights = model.initial().map(createRandom(seed + 1).normal);
        const gradient = new Float64Array(model.size).fill(99);
        const spare = new Float64Array(model.size);
        const loss = model.lossAndGradient(batch, weights, gradient);
        expect(loss).toBeGreaterThanOrEqual(0);
        const h = 1e-5;
        weights.forEach((weight, j) => {
          const lossAt = (value: number) => model.lossAndGradient(batch, weights.with(j, value), spare);
          const slope = (lossAt(weight + h) - lossAt(weight - h)) / (2 * h);
          expect(Math.abs(gradient[j]! - slope)).toBeLessThan(1e-6 * (1 + Math.abs(slope)));
        });
      }),
      { numRuns: 40 },
    );
  });

  it('starts from zeros of its size', () => {
    const model = create({ width: 4, outputs }, 0);
    expect(model.initial()).toEqual(new Float64Array(model.size));
    expect(model.size).toBe((outputs === 1 ? linearRegression : logisticRegression).size({ width: 4, outputs }));
    expect(model.size).toBe(outputs > 2 ? outputs * 5 : 5);
  });

  it('does not punish intercepts', () => {
    const batch = example(outputs, 2, 4, 3);
    const weights = create({ width: 2, outputs }, 0).initial().map((_, j) => (j % 3 === 2 ? 5 : 0));
    const gradients = [0, 10].map((l2) => {
      const gradient = new Float64Array(weights.length);
      return [create({ width: 2, outputs }, l2).lossAndGradient(batch, weights, gradient), ...gradient];
    });
    expect(gradients[1]).toEqual(gradients[0]);
  });

  it.each([
    ['features of another width', [1, 2, 3], undefined, 'usage.invalid'],
    ['fewer weights', [1, 2], [1], 'usage.invalid'],
    ['a NaN feature', [1, Number.NaN], undefined, 'data.not-finite'],
    ['an infinite weight', [1, 2], 'infinite', 'data.not-finite'],
  ])('refuses to predict from %s', (_, x, weights, code) => {
    const model = create({ width: 2, outputs }, 0);
    const given = weights === 'infinite' ? model.initial().fill(Infinity) : weights ? Float64Array.from(weights as number[]) : model.initial();
    expect(() => model.predict(Float64Array.from(x), given)).toThrow(expect.objectContaining({ code }));
  });

  it('refuses to predict what overflows, or predicts it exactly', () => {
    const model = create({ width: 2, outputs }, 0);
    const run = () => model.predict(Float64Array.of(1e300, 1e300), model.initial().fill(1e300));
    if (outputs === 2) expect([...run()]).toEqual([1]);
    else expect(run).toThrow(expect.objectContaining({ code: 'data.not-finite' }));
    const opposite = model.initial().map((_, j) => (j % 2 === 0 ? 1e300 : -1e300));
    expect(() => model.predict(Float64Array.of(1e300, 1e300), opposite)).toThrow(expect.objectContaining({ code: 'data.not-finite' }));
  });

  it.each([{ width: 0 }, { width: 1.5 }, { width: Number.NaN }, { width: 2, outputs: 0 }, { width: 2, outputs: 2.5 }, { width: 2, outputs: Number.NaN }])('refuses the shape %j', (shape) => {
    expect(() => create({ outputs, ...shape }, 0)).toThrow(expect.objectContaining({ code: 'usage.invalid' }));
  });

  it.each([-1, Number.NaN, Infinity])('refuses an l2 of %d', (l2) => {
    expect(() => create({ width: 2, outputs }, l2)).toThrow(expect.objectContaining({ code: 'usage.invalid' }));
  });
});

describe('logistic regression', () => {
  it('predicts by hand-calculated probabilities', () => {
    const binary = logisticRegression.create({ width: 2, outputs: 2 });
    expect([...binary.predict(Float64Array.of(1, 2, 0, 0), Float64Array.of(Math.log(2), Math.log(3), Math.log(5)))]).toEqual([expect.closeTo(90 / 91, 15), expect.closeTo(5 / 6, 15)]);
    const three = logisticRegression.create({ width: 1, outputs: 3 });
    const logs = Float64Array.of(0, Math.log(1), 0, Math.log(2), Math.log(5), 0);
    expect([...three.predict(Float64Array.of(1), logs)]).toEqual([1 / 8, 2 / 8, 5 / 8].map((p) => expect.closeTo(p, 15)));
  });

  it('has the loss of guessing at zero weights', () => {
    const batch: Batch = { x: Float64Array.of(3, -4), y: Float64Array.of(0, 1), order: Int32Array.of(0, 1), from: 0, to: 2 };
    for (const outputs of [2, 4]) {
      const model = logisticRegression.create({ width: 1, outputs });
      expect(model.lossAndGradient(batch, model.initial(), new Float64Array(model.size))).toBeCloseTo(Math.log(outputs), 14);
    }
  });

  it.each([2, 3])('of %d classes stays finite for scores that overflow an exponential', (outputs) => {
    const model = logisticRegression.create({ width: 1, outputs });
    const weights = model.initial().map((_, j) => (j === 0 ? -1e5 : 0));
    const batch: Batch = { x: Float64Array.of(1, -1), y: Float64Array.of(0, 1), order: Int32Array.of(0, 1), from: 0, to: 2 };
    const gradient = new Float64Array(model.size);
    expect(Number.isFinite(model.lossAndGradient(batch, weights, gradient))).toBe(true);
    expect(gradient.every(Number.isFinite)).toBe(true);
    const probabilities = model.predict(batch.x, weights);
    expect(probabilities.every((p) => p >= 0 && p <= 1)).toBe(true);
  });

  it('of many classes predicts probabilities that add up to 1', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 6 }), fc.nat(), (outputs, seed) => {
        const random = createRandom(seed);
        const model = logisticRegression.create({ width: 2, outputs });
        const probabilities = model.predict(new Float64Array(4).map(random.normal), model.initial().map(() => 20 * random.normal()));
        for (const row of [0, 1]) expect(probabilities.slice(row * outputs, (row + 1) * outputs).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
      }),
    );
  });
});

describe('linear regression', () => {
  it('predicts and judges by hand-calculated values', () => {
    const model = linearRegression.create({ width: 2, outputs: 1 }, { l2: 0.5 });
    const weights = Float64Array.of(2, -1, 10);
    expect([...model.predict(Float64Array.of(1, 2, 3, 4), weights)]).toEqual([10, 12]);
    const gradient = new Float64Array(3);
    const batch: Batch = { x: Float64Array.of(1, 2, 3, 4), y: Float64Array.of(9, 14), order: Int32Array.of(0, 1), from: 0, to: 2 };
    // Errors 1 and −2: ½·(1 + 4)/2 + ½·0.5·5; gradients mean(error·x) + 0.5·w.
    expect(model.lossAndGradient(batch, weights, gradient)).toBe(2.5);
    expect([...gradient]).toEqual([-2.5 + 1, -3 - 0.5, -0.5]);
  });
});
