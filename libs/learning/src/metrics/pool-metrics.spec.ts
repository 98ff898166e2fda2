import fc from 'fast-check';
import { evaluateClassification } from './classification.ts';
import type { Evaluation } from './evaluate.ts';
import { metricTable, type MetricName } from './metric-table.ts';
import { poolMetrics } from './pool-metrics.ts';
import { evaluateRegression } from './regression.ts';

const probability = fc.double({ min: 0, max: 1, noNaN: true });
const pods = <T>(row: fc.Arbitrary<T>) => fc.array(fc.array(row, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 4 });

describe('pooled metrics', () => {
  it('of two classes equal those of all rows together, where the table says so', () => {
    fc.assert(
      fc.property(pods(fc.tuple(fc.nat(1), probability)), (parts) => {
        const judge = (rows: [number, number][]) => evaluateClassification(Float64Array.from(rows, ([y]) => y), Float64Array.from(rows, ([, p]) => p), 2);
        expectPooledExactly(poolMetrics(parts.map(judge)), judge(parts.flat()));
      }),
    );
  });

  it('of three classes do too', () => {
    const row = fc.tuple(fc.nat(2), fc.tuple(probability, probability, probability));
    fc.assert(
      fc.property(pods(row), (parts) => {
        const judge = (rows: [number, [number, number, number]][]) => evaluateClassification(Float64Array.from(rows, ([y]) => y), Float64Array.from(rows.flatMap(([, p]) => p)), 3);
        expectPooledExactly(poolMetrics(parts.map(judge)), judge(parts.flat()));
      }),
    );
  });

  it('of a regression do too', () => {
    const value = fc.double({ min: -1e3, max: 1e3, noNaN: true });
    fc.assert(
      fc.property(pods(fc.tuple(value, value)), (parts) => {
        fc.pre(new Set(parts.flat().map(([y]) => Math.round(y))).size > 1);
        const judge = (rows: [number, number][]) => evaluateRegression(Float64Array.from(rows, ([y]) => y), Float64Array.from(rows, ([, p]) => p));
        expectPooledExactly(poolMetrics(parts.map(judge)), judge(parts.flat()));
      }),
    );
  });

  it('weigh the AUC by the rows of the pods that have one', () => {
    const evaluations = [
      evaluateClassification(Float64Array.of(0, 1), Float64Array.of(0.1, 0.9), 2),
      evaluateClassification(Float64Array.of(0, 0, 1, 1), Float64Array.of(0.9, 0.9, 0.1, 0.1), 2),
      evaluateClassification(new Float64Array(50), new Float64Array(50), 2),
    ];
    expect(poolMetrics(evaluations).metrics.auc).toBeCloseTo((1 * 2 + 0 * 4) / 6, 14);
    expect(poolMetrics(evaluations.slice(2)).metrics.auc).toBeNull();
  });

  it('find the AUC of all rows to within the pairs that share a bin, when every pod counted its scores', () => {
    fc.assert(
      fc.property(pods(fc.tuple(fc.nat(1), probability)), fc.integer({ min: 2, max: 100 }), (parts, aucBins) => {
        const judge = (rows: [number, number][], round = (p: number) => p) =>
          evaluateClassification(Float64Array.from(rows, ([y]) => y), Float64Array.from(rows, ([, p]) => round(p)), 2, { aucBins });
        const inBins = judge(parts.flat(), (p) => Math.min(aucBins - 1, Math.floor(p * aucBins)) / aucBins);
        const pooled = poolMetrics(parts.map((rows) => judge(rows)));
        if (inBins.metrics.auc === null) expect(pooled.metrics.auc).toBeNull();
        else expect(pooled.metrics.auc).toBeCloseTo(inBins.metrics.auc!, 12);
      }),
    );
  });

  it('of three classes find the AUC of all rows by counted scores too', () => {
    const y = Float64Array.of(0, 1, 2, 1, 0, 2);
    const p = Float64Array.of(0.7, 0.2, 0.1, 0.3, 0.6, 0.1, 0.2, 0.2, 0.6, 0.5, 0.4, 0.1, 0.4, 0.3, 0.3, 0.1, 0.5, 0.4);
    const part = (from: number, to: number) => evaluateClassification(y.slice(from, to), p.slice(3 * from, 3 * to), 3, { aucBins: 20 });
    expect(poolMetrics([part(0, 2), part(2, 6)]).metrics.auc).toBeCloseTo(part(0, 6).metrics.auc!, 12);
  });

  it('fall back to the mean AUC when a pod did not count, or counted otherwise', () => {
    const [y, p] = [Float64Array.of(0, 1), Float64Array.of(0.1, 0.9)];
    const counted = evaluateClassification(y, p, 2, { aucBins: 10 });
    for (const other of [evaluateClassification(y, p, 2), evaluateClassification(y, p, 2, { aucBins: 11 })]) {
      const pooled = poolMetrics([counted, other]);
      expect(pooled.metrics.auc).toBe(1);
      expect(pooled.sums).not.toHaveProperty('scores');
    }
  });

  it.each([0, 1, 2.5, 1001, Number.NaN])('are not prepared in %d bins', (aucBins) => {
    expect(() => evaluateClassification(Float64Array.of(0), Float64Array.of(0), 2, { aucBins })).toThrow(expect.objectContaining({ code: 'usage.invalid' }));
  });

  const good = evaluateClassification(Float64Array.of(0, 1), Float64Array.of(0.1, 0.9), 2);
  const line = evaluateRegression(Float64Array.of(0, 1), Float64Array.of(0.1, 0.9));
  it.each<[string, Evaluation[], string]>([
    ['nothing', [], 'data.empty'],
    ['evaluations of different kinds', [good, line], 'usage.invalid'],
    ['another number of classes', [good, evaluateClassification(Float64Array.of(0), Float64Array.of(1, 0, 0), 3)], 'usage.invalid'],
    ['no rows', [{ ...good, rows: 0 }], 'usage.invalid'],
    ['rows that the confusion matrix does not have', [{ ...good, rows: 3 }], 'usage.invalid'],
    ['a negative count', [{ ...good, sums: { ...good.sums, confusion: [[3, 0], [0, -1]] } }], 'usage.invalid'],
    ['a ragged matrix', [{ ...good, sums: { ...good.sums, confusion: [[2, 0], []] } }], 'usage.invalid'],
    ['a NaN log loss', [{ ...good, sums: { ...good.sums, logLoss: Number.NaN } }], 'usage.invalid'],
    ['an AUC above 1', [{ ...good, metrics: { ...good.metrics, auc: 1.5 } }], 'usage.invalid'],
    ['counted scores of other rows', [{ ...good, sums: { ...good.sums, scores: [{ positives: [0, 1], negatives: [0, 0] }] } }], 'usage.invalid'],
    ['half a counted score', [{ ...good, sums: { ...good.sums, scores: [{ positives: [0.5, 0.5], negatives: [1, 0] }] } }], 'usage.invalid'],
    ['ragged counted scores', [{ ...good, sums: { ...good.sums, scores: [{ positives: [0, 1], negatives: [1] }] } }], 'usage.invalid'],
    ['no counted scores where there should be', [{ ...good, sums: { ...good.sums, scores: [] } }], 'usage.invalid'],
    ['a negative error', [{ ...line, sums: { ...line.sums, absolute: -1 } }], 'usage.invalid'],
    ['moments of other rows', [{ ...line, sums: { ...line.sums, target: { count: 3, mean: 0, m2: 1 } } }], 'usage.invalid'],
    ['errors beyond a double', [0, 1].map(() => ({ ...line, sums: { ...line.sums, squared: 1.5e308 } })), 'data.not-finite'],
  ])('refuse %s', (_, list, code) => {
    expect(() => poolMetrics(list)).toThrow(expect.objectContaining({ code }));
  });
});

function expectPooledExactly(pooled: Evaluation, whole: Evaluation): void {
  expect(pooled.rows).toBe(whole.rows);
  for (const name of Object.keys(whole.metrics) as MetricName[]) {
    if (!metricTable.find((metric) => metric.name === name)!.pooledExactly) continue;
    const [a, b] = [pooled.metrics[name], whole.metrics[name]];
    if (typeof b === 'number') expect(Math.abs(a! - b) / Math.max(1, Math.abs(b))).toBeLessThan(1e-9);
    else expect(a).toBe(b);
  }
}
