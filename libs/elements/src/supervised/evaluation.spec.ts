import { metricNames } from '@podnet/learning';
import { refusalOf } from '../fixtures/refusal.ts';
import { smallSchema } from '../fixtures/small-task.ts';
import { partOf, readEvaluation, reportOf } from './evaluation.ts';
import { layoutOf } from './layout.ts';

const common = { features: ['weight'], missing: 'impute', standardise: true } as const;
const classes = layoutOf({ ...common, features: [...common.features], target: 'ill' }, smallSchema, 'classification');
const values = layoutOf({ ...common, features: [...common.features], target: 'height' }, smallSchema, 'regression');

const counted = { learns: 'classification', rows: 4, metrics: { accuracy: 0.1, auc: 0.75 }, sums: { confusion: [[1, 1], [0, 2]], logLoss: 2 } };
const scores = [{ positives: [0, 2], negatives: [1, 1] }];
const summed = { learns: 'regression', rows: 2, metrics: {}, sums: { absolute: 2, squared: 2, target: { count: 2, mean: 5, m2: 8 } } };

test('what a pod says is taken from its sums, not from its word', () => {
  const report = reportOf(readEvaluation(counted, classes), classes);
  expect(report).toEqual({
    rows: 4,
    metrics: { accuracy: 0.75, balancedAccuracy: 0.75, precision: 2 / 3, recall: 1, f1: 0.8, auc: 0.75, logLoss: 0.5 },
    confusion: { classes: ['false', 'true'], counts: [[1, 1], [0, 2]] },
  });
  expect(reportOf(readEvaluation(summed, values), values)).toEqual({ rows: 2, metrics: { mae: 1, rmse: 1, r2: 0.75 } });
  expect(reportOf(readEvaluation({ ...counted, sums: { ...counted.sums, scores } }, classes), classes).metrics.auc).toBe(0.75);
});

test.each<[string, unknown]>([
  ['nothing', null],
  ['a regression', summed],
  ['more rows than it counts', { ...counted, rows: 5 }],
  ['no rows', { ...counted, rows: 0, sums: { confusion: [[0, 0], [0, 0]], logLoss: 0 } }],
  ['another number of classes', { ...counted, sums: { ...counted.sums, confusion: [[4]] } }],
  ['a crooked matrix', { ...counted, sums: { ...counted.sums, confusion: [[1, 1, 2], [0]] } }],
  ['half a row', { ...counted, sums: { ...counted.sums, confusion: [[1.5, 0.5], [0, 2]] } }],
  ['rows below nothing', { ...counted, sums: { ...counted.sums, confusion: [[-1, 3], [0, 2]] } }],
  ['a loss below nothing', { ...counted, sums: { ...counted.sums, logLoss: -1 } }],
  ['an AUC beyond one', { ...counted, metrics: { auc: 1.01 } }],
  ['a metric that nobody knows', { ...counted, metrics: { charm: 1 } }],
  ['a key that nobody knows', { ...counted, rowNumbers: [1, 2] }],
  ['scores of other rows', { ...counted, sums: { ...counted.sums, scores: [{ positives: [9, 9], negatives: [0, 0] }] } }],
])('refuses %s in place of a classification', (_name, json) => {
  expect(refusalOf(() => readEvaluation(json, classes)).code).toBe('envelope.malformed');
});

test.each<[string, unknown]>([
  ['a classification', counted],
  ['other rows', { ...summed, rows: 3 }],
  ['errors below nothing', { ...summed, sums: { ...summed.sums, squared: -1 } }],
  ['a spread of one row', { ...summed, rows: 1, sums: { ...summed.sums, target: { count: 1, mean: 0, m2: 1 } } }],
])('refuses %s in place of a regression', (_name, json) => {
  expect(refusalOf(() => readEvaluation(json, values)).code).toBe('envelope.malformed');
});

test('knows every metric of the learning room', () => {
  const metrics = Object.fromEntries(metricNames.map((name) => [name, null]));
  expect(readEvaluation({ ...counted, metrics }, classes).metrics).toEqual(metrics);
});

test('an answer that lacks its part, or has it from elsewhere, is refused', () => {
  for (const json of [null, 'x', [], {}, { a: 1 }]) expect(refusalOf(() => partOf(json, 'toString')).code).toBe('envelope.malformed');
  expect(partOf({ toString: 1 }, 'toString')).toBe(1);
});
