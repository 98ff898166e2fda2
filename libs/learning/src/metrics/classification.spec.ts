import { evaluateClassification } from './classification.ts';

const evaluate = (y: number[], probabilities: number[], classes = 2) => evaluateClassification(Float64Array.from(y), Float64Array.from(probabilities), classes);

describe('a classification', () => {
  it('of two classes is judged as calculated by hand', () => {
    const { rows, metrics, sums } = evaluate([1, 1, 1, 0, 0, 0, 0, 0], [0.9, 0.6, 0.3, 0.8, 0.4, 0.2, 0.1, 0.05]);
    expect(rows).toBe(8);
    expect(sums.confusion).toEqual([[4, 1], [1, 2]]);
    expect(metrics).toEqual({
      accuracy: 6 / 8,
      balancedAccuracy: expect.closeTo((4 / 5 + 2 / 3) / 2, 14),
      precision: 2 / 3,
      recall: 2 / 3,
      f1: 4 / 6,
      auc: expect.closeTo((5 + 4 + 3) / 15, 14),
      logLoss: expect.closeTo(-Math.log(0.9 * 0.6 * 0.3 * 0.2 * 0.6 * 0.8 * 0.9 * 0.95) / 8, 14),
    });
  });

  it('of three classes takes the means over the classes that occur', () => {
    const probabilities = [0.7, 0.2, 0.1, 0.1, 0.8, 0.1, 0.3, 0.6, 0.1, 0.2, 0.5, 0.3];
    const { metrics, sums } = evaluate([0, 1, 1, 2], probabilities, 3);
    expect(sums.confusion).toEqual([[1, 0, 0], [0, 2, 0], [0, 1, 0]]);
    expect(metrics).toMatchObject({
      accuracy: 3 / 4,
      balancedAccuracy: expect.closeTo(2 / 3, 14),
      precision: expect.closeTo((1 + 2 / 3 + 0) / 3, 14),
      recall: expect.closeTo(2 / 3, 14),
      f1: expect.closeTo((1 + 0.8 + 0) / 3, 14),
    });
  });

  it.each<[string, number[], number[], object]>([
    ['no row of class 1', [0, 0], [0.1, 0.2], { accuracy: 1, balancedAccuracy: 1, precision: null, recall: null, f1: null, auc: null }],
    ['class 1 never predicted', [1, 0], [0.4, 0.1], { precision: null, recall: 0, f1: 0, auc: 1 }],
    ['class 1 only predicted', [0, 0], [0.9, 0.1], { precision: 0, recall: null, f1: 0, auc: null }],
    ['a tie, which is class 0', [0], [0.5], { accuracy: 1 }],
  ])('with %s has null where nothing is defined', (_, y, probabilities, expected) => {
    const { metrics } = evaluate(y, probabilities);
    expect(metrics).toMatchObject(expected);
    expect(Object.values(metrics).some(Number.isNaN)).toBe(false);
  });

  it('clips certainty, so that a sure mistake costs −log 1e−15', () => {
    expect(evaluate([1], [0]).metrics.logLoss).toBeCloseTo(-Math.log(1e-15), 10);
    expect(evaluate([1], [1]).metrics.logLoss).toBeGreaterThan(0);
    expect(evaluate([0], [0, 1, 0], 3).metrics.logLoss).toBeCloseTo(-Math.log(1e-15), 10);
  });

  it.each<[string, () => unknown, string]>([
    ['no rows', () => evaluate([], []), 'data.empty'],
    ['one class', () => evaluate([0], [1], 1), 'usage.invalid'],
    ['too few predictions', () => evaluate([0, 1, 2], [1, 0, 0], 3), 'usage.invalid'],
    ['a label that is no class', () => evaluate([2], [0.5]), 'usage.invalid'],
    ['a NaN label', () => evaluate([Number.NaN], [0.5]), 'usage.invalid'],
    ['a NaN prediction', () => evaluate([0], [Number.NaN]), 'data.not-finite'],
    ['a prediction above 1', () => evaluate([0], [1.1]), 'data.not-finite'],
  ])('refuses %s', (_, run, code) => {
    expect(run).toThrow(expect.objectContaining({ code }));
  });
});
