import fc from 'fast-check';
import { linearRegression } from '../models/linear-regression/linear-regression.ts';
import { logisticRegression } from '../models/logistic-regression/logistic-regression.ts';
import type { Model } from '../models/model.ts';
import { createRandom } from '../random.ts';
import { evaluateModel } from './evaluate.ts';
import { cellCount, evaluationCells, ticksPerRow } from './evaluation-cells.ts';
import { noisyConfusion, noisyEvaluation, poolNoisy, type NoisyForm } from './noisy-evaluation.ts';

const random = createRandom(9);
const bounds = { lower: -8, upper: 8 };
const x = new Float64Array(2 * 500).map(random.normal);
const y = Float64Array.from({ length: 500 }, (_, i) => x[2 * i]! - x[2 * i + 1]! + 0.5 * random.normal());
const regression = linearRegression.create({ width: 2, outputs: 1 });
const [two, three] = [2, 3].map((outputs) => logisticRegression.create({ width: 2, outputs }));
const of = (model: Model): [Model, Float64Array, Float64Array, NoisyForm] => {
  if (model.learns === 'regression') return [model, y, Float64Array.of(0.9, -0.8, 0.1), { learns: 'regression', range: 16 }];
  const labels = y.map((value) => (model.outputs === 2 ? Number(value > 0) : value > 1 ? 2 : value < -1 ? 0 : 1));
  return [model, labels, model.initial().map((_, j) => [1, -1, 0, 0.3, -0.2, 0, 0.8, -1, 0.1][j]!), { learns: 'classification', outputs: model.outputs }];
};

describe.each([['a regression', regression], ['two classes', two!], ['three classes', three!]])('cells of %s', (_, model) => {
  const [, labels, weights, form] = of(model);
  const cells = () => evaluationCells(model, x, labels, weights, bounds);

  it('without noise give the metrics of the rows', () => {
    const perRow = model.learns === 'regression' ? ticksPerRow : 1;
    const { metrics, rows } = noisyEvaluation(form, { cells: cells().cells.map((cell) => cell / perRow), noiseStd: 1 });
    const exact = evaluateModel(model, x, labels, weights).metrics;
    expect(rows).toBe(500);
    for (const name of ['accuracy', 'precision', 'recall', 'f1', 'balancedAccuracy'] as const) if (exact[name] !== undefined) expect(metrics[name]).toBeCloseTo(exact[name]!, 10);
    if (model.outputs === 2) expect(Math.abs(metrics.auc! - exact.auc!)).toBeLessThan(0.01);
    for (const name of ['mae', 'rmse', 'r2'] as const) if (exact[name] !== undefined) expect(metrics[name]).toBeCloseTo(exact[name]!, 3);
  });

  it('move by at most the sensitivity with any one row, however wild', () => {
    const { cells: without, sensitivity } = cells();
    const value = fc.double({ min: -1e100, max: 1e100, noNaN: true });
    fc.assert(
      fc.property(value, value, fc.nat(model.outputs - 1), value, (a, b, label, target) => {
        const more = evaluationCells(model, Float64Array.of(...x, a, b), Float64Array.of(...labels, model.learns === 'regression' ? target : label), weights, bounds);
        expect(more.cells.every(Number.isSafeInteger)).toBe(true);
        expect(more.cells.reduce((sum, cell, c) => sum + Math.abs(cell - without[c]!), 0)).toBeLessThanOrEqual(sensitivity);
      }),
    );
  });

  it('of no rows are nothing, and metrics of less than nothing are null', () => {
    expect(evaluationCells(model, new Float64Array(0), new Float64Array(0), weights, bounds).cells).toEqual(new Array(cellCount(model)).fill(0));
    const { rows, metrics } = noisyEvaluation(form, { cells: new Array<number>(cellCount(model)).fill(-3), noiseStd: 2 });
    expect(rows).toBe(0);
    expect(Object.values(metrics).every((metric) => metric === null)).toBe(true);
  });

  it('refuse weights that cannot be used, whatever the rows', () => {
    for (const bad of [Number.NaN, Infinity, 1e101]) expect(() => evaluationCells(model, x, labels, weights.map(() => bad), bounds)).toThrow();
    expect(() => evaluationCells(model, x, labels, weights.slice(1), bounds)).toThrow();
  });
});

it('of pods add up with the variances of their noise, so that the mean over many is without bias', () => {
  const form: NoisyForm = { learns: 'classification', outputs: 2 };
  const [model, labels, weights] = of(two!);
  const { cells } = evaluationCells(model, x, labels, weights, null);
  const pods = Array.from({ length: 400 }, () => noisyEvaluation(form, { cells: cells.map((cell) => cell + Math.round(30 * random.normal())), noiseStd: 30 }));
  const pooled = poolNoisy(pods);
  expect(pooled.noiseStd).toBeCloseTo(600, 9);
  const exact = evaluateModel(model, x, labels, weights).metrics;
  // ± at 95 % of the accuracy of 200 000 rows; one seed, so well within twice that.
  expect(Math.abs(pooled.metrics.accuracy! - exact.accuracy!)).toBeLessThan(2 * pooled.halfWidths.accuracy!);
  expect(pooled.halfWidths.accuracy).toBeLessThan(0.03);
  expect(noisyConfusion(pooled)!.flat().every((count) => count >= 0)).toBe(true);
});

it('tells how far noise moves an accuracy', () => {
  const form: NoisyForm = { learns: 'classification', outputs: 2 };
  const cells = Array.from({ length: 32 }, (_, c) => [40, 10, 5, 60][Math.floor(c / 8)]!);
  const truth = noisyEvaluation(form, { cells, noiseStd: 3 });
  const seen = Array.from({ length: 2000 }, () => noisyEvaluation(form, { cells: cells.map((cell) => cell + 3 * random.normal()), noiseStd: 3 }).metrics.accuracy!);
  const within = seen.filter((accuracy) => Math.abs(accuracy - truth.metrics.accuracy!) <= truth.halfWidths.accuracy!).length / 2000;
  expect(within).toBeGreaterThan(0.935);
  expect(within).toBeLessThan(0.965);
});

it.each([['nothing', []], ['evaluations of other models', [2, 3].map((outputs) => noisyEvaluation({ learns: 'classification', outputs }, { cells: new Array<number>(outputs === 2 ? 32 : 9).fill(1), noiseStd: 1 }))]])('does not pool %s', (_, list) => {
  expect(() => poolNoisy(list)).toThrow();
});
