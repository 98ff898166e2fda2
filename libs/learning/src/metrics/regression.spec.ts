import { evaluateRegression } from './regression.ts';

const evaluate = (y: number[], predictions: number[]) => evaluateRegression(Float64Array.from(y), Float64Array.from(predictions));

describe('a regression', () => {
  it('is judged as calculated by hand', () => {
    const { rows, metrics, sums } = evaluate([1, 2, 3, 6], [2, 2, 2, 4]);
    expect(rows).toBe(4);
    expect(sums).toEqual({ absolute: 4, squared: 6, target: { count: 4, mean: 3, m2: 14 } });
    expect(metrics).toEqual({ mae: 1, rmse: Math.sqrt(1.5), r2: expect.closeTo(1 - 6 / 14, 14) });
  });

  it.each<[string, number[], number[], number | null]>([
    ['1 for perfect predictions', [1, 2], [1, 2], 1],
    ['0 for the mean', [1, 3], [2, 2], 0],
    ['null for a target that does not vary', [0.1, 0.1, 0.1], [0, 1, 2], null],
    ['null for one row', [5], [5], null],
    ['exact under a large offset', [1e9, 1e9 + 2], [1e9 + 1, 1e9 + 1], 0],
  ])('has an R² that is %s', (_, y, predictions, r2) => {
    expect(evaluate(y, predictions).metrics.r2).toBe(r2);
  });

  it.each<[string, number[], number[], string]>([
    ['no rows', [], [], 'data.empty'],
    ['too few predictions', [1, 2], [1], 'usage.invalid'],
    ['a NaN target', [Number.NaN], [1], 'data.not-finite'],
    ['an infinite prediction', [1], [Infinity], 'data.not-finite'],
    ['errors beyond a double', [1e200, 0], [-1e200, 0], 'data.not-finite'],
  ])('refuses %s', (_, y, predictions, code) => {
    expect(() => evaluate(y, predictions)).toThrow(expect.objectContaining({ code }));
  });
});
