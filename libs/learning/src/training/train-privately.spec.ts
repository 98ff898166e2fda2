import { linearRegression } from '../models/linear-regression/linear-regression.ts';
import { logisticRegression } from '../models/logistic-regression/logistic-regression.ts';
import type { Model } from '../models/model.ts';
import { createRandom } from '../random.ts';
import { targetScale } from './target-scale.ts';
import { trainPrivately, type GradientMechanism, type PrivateTrainingRequest } from './train-privately.ts';

const random = createRandom(3);
const [rows, width] = [40, 3];
const x = new Float64Array(rows * width).map(random.normal);
const labels = (classes: number) => Float64Array.from({ length: rows }, () => random.below(classes));

/** No noise, no clipping, and all rows in every batch: plain gradient descent, the long way. */
function exact(model: Model, batches: number[][] = [[...Array(rows).keys()]]): GradientMechanism & { norms: number[]; released: number } {
  let sum = new Float64Array(model.size);
  const log = { norms: [] as number[], released: 0 };
  return Object.assign(log, {
    batch: () => batches[log.released % batches.length]!,
    add(residual: Float64Array, matrix: Float64Array, from: number, columns: number, rowSquare: number) {
      const row = [...matrix.subarray(from, from + columns), 1];
      const product = [...residual].flatMap((value) => row.map((cell) => value * cell));
      product.forEach((value, j) => (sum[j]! += value));
      log.norms.push(Math.hypot(...product) / Math.sqrt(residual.reduce((total, value) => total + value * value, 0) * (rowSquare + 1)));
    },
    release() {
      const released = sum;
      sum = new Float64Array(model.size);
      log.released += 1;
      return released;
    },
  });
}

const models: [string, Model, Float64Array][] = [
  ['linear regression', linearRegression.create({ width, outputs: 1 }, { l2: 0.3 }), new Float64Array(rows).map(random.normal)],
  ['two classes', logisticRegression.create({ width, outputs: 2 }, { l2: 0.3 }), labels(2)],
  ['four classes', logisticRegression.create({ width, outputs: 4 }, { l2: 0.3 }), labels(4)],
];

describe.each(models)('private steps of %s', (_, model, y) => {
  const weights = model.initial().map(random.normal);
  const request = (over: Partial<PrivateTrainingRequest> = {}): PrivateTrainingRequest => ({ model, x, y, weights, optimiser: { name: 'sgd', learningRate: 0.5 }, steps: 1, mechanism: exact(model), expectedBatch: rows, ...over });

  it('follow the gradient, penalty and all, when nothing is clipped and no noise is drawn', () => {
    const gradient = new Float64Array(model.size);
    model.lossAndGradient({ x, y, order: Int32Array.from(y, (_label, row) => row), from: 0, to: rows }, weights, gradient);
    trainPrivately(request()).forEach((weight, j) => expect(weight).toBeCloseTo(weights[j]! - 0.5 * gradient[j]!, 12));
  });

  it('tell the length of every row’s gradient from two norms', () => {
    const mechanism = exact(model);
    trainPrivately(request({ mechanism }));
    expect(mechanism.norms).toHaveLength(rows);
    for (const ratio of mechanism.norms) expect(ratio).toBeCloseTo(1, 12);
  });

  it('are as many as planned, an empty batch among them, and divide by what is expected alone', () => {
    const mechanism = exact(model, [[], [0, 1], []]);
    const trained = trainPrivately(request({ mechanism, steps: 3, expectedBatch: 10, optimiser: { name: 'sgd', learningRate: 0.5, momentum: 0.5 } }));
    expect(mechanism.released).toBe(3);
    expect(mechanism.norms).toHaveLength(2);
    const halved = trainPrivately(request({ mechanism: exact(model, [[0, 1]]), expectedBatch: 20 })).map((weight, j) => weight - weights[j]!);
    const whole = trainPrivately(request({ mechanism: exact(model, [[0, 1]]), expectedBatch: 10 })).map((weight, j) => weight - weights[j]!);
    const penalty = trainPrivately(request({ mechanism: exact(model, [[]]) })).map((weight, j) => weight - weights[j]!);
    halved.forEach((move, j) => expect(move - penalty[j]!).toBeCloseTo((whole[j]! - penalty[j]!) / 2, 12));
    expect(trained).not.toEqual(weights);
  });

  it('are taken without any row as well', () => {
    const mechanism = exact(model, [[]]);
    trainPrivately(request({ x: new Float64Array(0), y: new Float64Array(0), mechanism, steps: 7 }));
    expect(mechanism.released).toBe(7);
  });

  it.each<[string, Partial<PrivateTrainingRequest>, string]>([
    ['no steps', { steps: 0 }, 'usage.invalid'],
    ['half a step', { steps: 0.5 }, 'usage.invalid'],
    ['an expected batch of 0', { expectedBatch: 0 }, 'usage.invalid'],
    ['an expected batch that is none', { expectedBatch: Number.NaN }, 'usage.invalid'],
    ['features of another shape', { x: x.slice(1) }, 'usage.invalid'],
    ['too few weights', { weights: new Float64Array(1) }, 'usage.invalid'],
    ['weights beyond all size', { weights: model.initial().fill(1e101) }, 'usage.invalid'],
    ['weights that are not finite', { weights: model.initial().fill(Number.NaN) }, 'data.not-finite'],
    ['a learning rate of 0', { optimiser: { name: 'sgd', learningRate: 0 } }, 'usage.invalid'],
    ['a momentum of 1', { optimiser: { name: 'sgd', learningRate: 1, momentum: 1 } }, 'usage.invalid'],
    ['another optimiser', { optimiser: { name: 'adam' as 'sgd', learningRate: 1 } }, 'usage.unsupported'],
  ])('refuse %s before a batch is drawn', (_what, over, code) => {
    const mechanism = exact(model);
    expect(() => trainPrivately(request({ mechanism, ...over }))).toThrow(expect.objectContaining({ code }));
    expect(mechanism.released).toBe(0);
  });
});

test('a scaled target gives the weights of the unscaled one back', () => {
  const scale = targetScale({ lower: 10, upper: 50 });
  expect([...scale.scaled(Float64Array.of(10, 30, 50))]).toEqual([-1, 0, 1]);
  const weights = Float64Array.of(2, -3, 7);
  scale.weights(scale.scaledWeights(weights)).forEach((weight, j) => expect(weight).toBeCloseTo(weights[j]!, 12));
  // A row of (1, 1): ŷ = 2 − 3 + 7 = 6, which is (6 − 30)/20 on the scale.
  expect(scale.scaledWeights(weights).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(-1.2, 12);
});
