import fc from 'fast-check';
import { linearRegression } from '../models/linear-regression/linear-regression.ts';
import { logisticRegression } from '../models/logistic-regression/logistic-regression.ts';
import type { Batch, Model } from '../models/model.ts';
import { createRandom } from '../random.ts';
import { defaultOptimiser, train, type TrainingRequest } from './train.ts';

const model = linearRegression.create({ width: 2, outputs: 1 });
const random = createRandom(11);
const x = new Float64Array(400).map(random.normal);
const y = Float64Array.from({ length: 200 }, (_, i) => 3 * x[2 * i]! - 2 * x[2 * i + 1]! + 0.5);
const request: TrainingRequest = { model, x, y, weights: model.initial(), optimiser: { ...defaultOptimiser }, amount: { epochs: 5 }, seed: 1, round: 0 };

describe('training', () => {
  it('finds the line behind the data', () => {
    const { weights, steps, loss } = train({ ...request, amount: { epochs: 40 } });
    expect([...weights]).toEqual([3, -2, 0.5].map((value) => expect.closeTo(value, 6)));
    expect(steps).toBe(40 * 7);
    expect(loss).toBeLessThan(1);
  });

  it('finds it by momentum in full batches too', () => {
    const { weights, steps } = train({ ...request, optimiser: { name: 'sgd', learningRate: 0.1, momentum: 0.9, batchSize: 'full' }, amount: { steps: 300 } });
    expect([...weights]).toEqual([3, -2, 0.5].map((value) => expect.closeTo(value, 5)));
    expect(steps).toBe(300);
  });

  it.each([2, 3])('reaches the optimum of the penalised likelihood of %d classes', (outputs) => {
    const classes = Float64Array.from(y, (value, i) => Math.min(outputs - 1, Math.max(0, Math.floor(value + random.normal() * 2 + (i % 2)))));
    const classifier = logisticRegression.create({ width: 2, outputs }, { l2: 0.05 });
    const { weights } = train({ ...request, model: classifier, y: classes, weights: classifier.initial(), optimiser: { name: 'sgd', learningRate: 1, momentum: 0.5, batchSize: 'full' }, amount: { epochs: 2000 } });
    const gradient = new Float64Array(classifier.size);
    classifier.lossAndGradient({ x, y: classes, order: Int32Array.from(classes, (_, i) => i), from: 0, to: classes.length }, weights, gradient);
    // The penalised loss is convex, so a gradient of zero is the optimum.
    expect(Math.max(...gradient.map(Math.abs))).toBeLessThan(1e-10);
  });

  it('takes a single step as calculated by hand', () => {
    const one = linearRegression.create({ width: 1, outputs: 1 });
    const { weights, loss } = train({ model: one, x: Float64Array.of(1, 3), y: Float64Array.of(2, 4), weights: Float64Array.of(1, 0), optimiser: { name: 'sgd', learningRate: 0.5, batchSize: 'full' }, amount: { steps: 1 }, seed: 0, round: 0 });
    // Errors −1 and −1: gradient (−2, −1), loss ½.
    expect([...weights]).toEqual([2, 0.5]);
    expect(loss).toBe(0.5);
  });

  it('adds up momentum as calculated by hand', () => {
    const one = linearRegression.create({ width: 1, outputs: 1 });
    const { weights } = train({ model: one, x: Float64Array.of(0), y: Float64Array.of(1), weights: Float64Array.of(0, 0), optimiser: { name: 'sgd', learningRate: 0.5, momentum: 0.5, batchSize: 1 }, amount: { steps: 3 }, seed: 0, round: 0 });
    // b: errors −1, −½, 0; velocities −1, −1, −½.
    expect([...weights]).toEqual([0, 1.25]);
  });

  it('repeats itself for equal arguments, and differs by seed and by round', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(5), fc.constantFrom({ epochs: 1 }, { steps: 3 }), (seed, round, amount) => {
        const base = { ...request, seed, round, amount };
        expect(train(base)).toEqual(train(base));
        expect(train(base).weights).not.toEqual(train({ ...base, seed: `${seed}'` }).weights);
        expect(train(base).weights).not.toEqual(train({ ...base, round: round + 1 }).weights);
      }),
      { numRuns: 20 },
    );
  });

  it('does not touch what it was given', () => {
    const weights = model.initial();
    const before = x.slice();
    train({ ...request, weights });
    expect(weights).toEqual(model.initial());
    expect(x).toEqual(before);
  });

  it('in epochs shows every row once per epoch, in another order each time', () => {
    const seen = rowsSeen({ amount: { epochs: 3 }, rows: 10, batchSize: 4, rounds: 1 });
    const epochs = [0, 1, 2].map((epoch) => seen.slice(epoch * 10, epoch * 10 + 10));
    for (const epoch of epochs) expect(epoch.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(epochs[0]).not.toEqual(epochs[1]);
  });

  it('in steps goes on in the next round where it ended', () => {
    const seen = rowsSeen({ amount: { steps: 2 }, rows: 12, batchSize: 2, rounds: 6 });
    expect(seen).toHaveLength(24);
    for (const pass of [seen.slice(0, 12), seen.slice(12)]) expect(pass.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(seen.slice(0, 12)).not.toEqual(seen.slice(12));
    expect(seen).toEqual(rowsSeen({ amount: { steps: 12 }, rows: 12, batchSize: 2, rounds: 1 }));
  });

  it('stops when asked, with the steps it took', () => {
    let asked = 0;
    const stopped = train({ ...request, shouldStop: () => ++asked > 3 });
    expect(stopped.steps).toBe(3);
    expect(stopped.weights).not.toEqual(model.initial());
    const unstarted = train({ ...request, shouldStop: () => true });
    expect(unstarted).toEqual({ weights: model.initial(), steps: 0, loss: null });
  });

  it('welcomes the rows of a single class', () => {
    const classifier = logisticRegression.create({ width: 2, outputs: 2 });
    const { weights } = train({ ...request, model: classifier, y: new Float64Array(200).fill(1), weights: classifier.initial() });
    expect(weights[2]).toBeGreaterThan(1);
  });

  const classifier = logisticRegression.create({ width: 2, outputs: 2 });
  const three = logisticRegression.create({ width: 2, outputs: 3 });
  it.each<[string, Partial<TrainingRequest>, string, string | undefined]>([
    ['no rows', { x: new Float64Array(0), y: new Float64Array(0) }, 'data.empty', undefined],
    ['features of another shape', { x: x.slice(1) }, 'usage.invalid', 'features'],
    ['too few weights', { weights: new Float64Array(2) }, 'usage.invalid', 'weights'],
    ['a NaN feature', { x: x.with(7, Number.NaN) }, 'data.not-finite', 'features'],
    ['an infinite feature of a row met last', { x: x.with(7, Infinity), amount: { steps: 1 }, optimiser: { ...defaultOptimiser, batchSize: 'full' } }, 'data.not-finite', 'features'],
    ['a feature that is infinite against its class', { model: three, y: y.map(() => 1), weights: three.initial().with(0, -1), x: x.with(0, Infinity) }, 'data.not-finite', 'features'],
    ['an infinite label', { y: y.with(7, Infinity) }, 'data.not-finite', 'target'],
    ['a NaN weight', { weights: model.initial().fill(Number.NaN) }, 'data.not-finite', 'weights'],
    ['a label that is no class', { model: classifier, y: new Float64Array(200).fill(2) }, 'usage.invalid', 'target'],
    ['a label between classes', { model: classifier, y: new Float64Array(200).fill(0.5) }, 'usage.invalid', 'target'],
    ['a NaN learning rate', { optimiser: { ...defaultOptimiser, learningRate: Number.NaN } }, 'usage.invalid', 'optimiser.learningRate'],
    ['an infinite learning rate', { optimiser: { ...defaultOptimiser, learningRate: Infinity } }, 'usage.invalid', 'optimiser.learningRate'],
    ['a learning rate of 0', { optimiser: { ...defaultOptimiser, learningRate: 0 } }, 'usage.invalid', 'optimiser.learningRate'],
    ['a momentum of 1', { optimiser: { ...defaultOptimiser, momentum: 1 } }, 'usage.invalid', 'optimiser.momentum'],
    ['a NaN momentum', { optimiser: { ...defaultOptimiser, momentum: Number.NaN } }, 'usage.invalid', 'optimiser.momentum'],
    ['half a row in a batch', { optimiser: { ...defaultOptimiser, batchSize: 0.5 } }, 'usage.invalid', 'optimiser.batchSize'],
    ['another optimiser', { optimiser: { ...defaultOptimiser, name: 'adam' as 'sgd' } }, 'usage.unsupported', 'optimiser.name'],
    ['epochs and steps', { amount: { epochs: 1, steps: 1 } as never }, 'usage.invalid', 'amount'],
    ['neither epochs nor steps', { amount: {} as never }, 'usage.invalid', 'amount'],
    ['no epochs', { amount: { epochs: 0 } }, 'usage.invalid', 'amount.epochs'],
    ['endless steps', { amount: { steps: Infinity } }, 'usage.invalid', 'amount.steps'],
    ['a round before the first', { round: -1 }, 'usage.invalid', 'round'],
    ['a NaN seed', { seed: Number.NaN }, 'usage.invalid', 'seed'],
    ['a loss beyond a double', { y: new Float64Array(200).fill(1e200), optimiser: { ...defaultOptimiser, learningRate: 1e-200 }, amount: { steps: 1 } }, 'data.not-finite', 'optimiser.learningRate'],
    ['a last step beyond a double', { y: new Float64Array(200).fill(1e100), optimiser: { ...defaultOptimiser, learningRate: 1e300 }, amount: { steps: 1 } }, 'data.not-finite', 'optimiser.learningRate'],
    ['a learning rate that diverges', { optimiser: { ...defaultOptimiser, learningRate: 1e6 }, amount: { epochs: 100 } }, 'data.not-finite', 'optimiser.learningRate'],
  ])('refuses %s', (_, change, code, at) => {
    expect(() => train({ ...request, ...change })).toThrow(expect.objectContaining({ code, details: at === undefined ? {} : expect.objectContaining({ at }) }));
  });
});

/** Row numbers in the order in which the model met them. */
function rowsSeen({ amount, rows, batchSize, rounds }: { amount: TrainingRequest['amount']; rows: number; batchSize: number; rounds: number }): number[] {
  const seen: number[] = [];
  const inner = linearRegression.create({ width: 1, outputs: 1 });
  const spy: Model = {
    ...inner,
    lossAndGradient(batch: Batch, weights, gradient) {
      seen.push(...batch.order.subarray(batch.from, batch.to));
      return inner.lossAndGradient(batch, weights, gradient);
    },
  };
  for (let round = 0; round < rounds; round++) {
    train({ model: spy, x: new Float64Array(rows), y: new Float64Array(rows), weights: inner.initial(), optimiser: { name: 'sgd', learningRate: 0.1, batchSize }, amount, seed: 's', round });
  }
  return seen;
}
