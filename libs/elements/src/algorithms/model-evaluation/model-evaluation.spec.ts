import { refusalOf } from '../../fixtures/refusal.ts';
import { ask, averagingTask, smallPods, smallSchema, type AveragingSummary } from '../../fixtures/small-task.ts';
import { openModellerMachine } from '../../open.ts';
import type { SchemaColumn } from '../../pod-part.ts';
import { simulate } from '../../simulator/simulator.ts';

const pods = smallPods();
const training = simulate(averagingTask({}, {}, pods)).outcome!.summary as AveragingSummary;
/** As it comes out of a file that somebody kept. */
const trained = JSON.parse(JSON.stringify(training.model)) as typeof training.model;

const evaluate = (params: object, model = 'logistic-regression') => simulate({ protocol: ask('results-only'), algorithm: ask('model-evaluation', params), model: ask(model), pods });

const planWith = (params: object, schema: readonly SchemaColumn[] = smallSchema, model = 'logistic-regression') => () =>
  openModellerMachine({ protocol: ask('results-only'), algorithm: ask('model-evaluation', params), model: ask(model), privacy: null, pods: [{ podId: 'p', podName: 'north', dataset: 'd', schema }], minPods: 1 });

test('a trained model gives on the test parts what its training said', () => {
  const summary = evaluate({ trained }).outcome!.summary as { part: string; pooled: unknown; pods: { pod: string; report: unknown }[] };
  expect(summary.part).toBe('test');
  // The training pools its AUC from counted scores; here it is the mean over pods.
  const auc = training.pods.reduce((sum, { test }) => sum + test!.metrics.auc! * test!.rows, 0) / training.test!.rows;
  expect(summary.pooled).toEqual({ ...training.test!, metrics: { ...training.test!.metrics, auc } });
  expect(summary.pods).toEqual(training.pods.map(({ pod, test }) => ({ pod, report: test })));
});

test('metrics leave and nothing else', () => {
  simulate({ protocol: ask('results-only'), algorithm: ask('model-evaluation', { trained }), model: ask('logistic-regression'), pods }, undefined, {
    output(_podId, output) {
      expect(output.type).toBe('finish');
      if (output.type !== 'finish') return output;
      expect(output.body.arrays).toEqual({});
      expect(Object.keys(output.body.json as object)).toEqual(['evaluation']);
      return output;
    },
  });
});

test('another part can be asked for, and one with too few rows is refused', () => {
  expect((evaluate({ trained, part: 'train' }).outcome!.summary as { pooled: { rows: number } }).pooled.rows).toBeGreaterThan(100);
  expect(evaluate({ trained, part: 'validation' }).failure!.code).toBe('policy.too-few-rows');
});

const otherDomain = smallSchema.map((column) => (column.name === 'colour' ? { ...column, domain: ['red', 'green', 'grey'] } : column));

test.each([
  ['domains that it was not trained with', planWith({ trained }, otherDomain), 'schema.incompatible', 'algorithm.trained'],
  ['another model than the task names', planWith({ trained }, smallSchema, 'linear-regression'), 'element.mismatch', 'algorithm.trained.model'],
  ['too few weights', planWith({ trained: { ...trained, weights: trained.weights.slice(1) } }), 'usage.invalid', 'algorithm.trained.weights'],
  ['weights that are no numbers', planWith({ trained: { ...trained, weights: [...trained.weights.slice(1), null] } }), 'usage.invalid', 'algorithm.trained.weights[5]'],
  ['a missing column', planWith({ trained }, smallSchema.slice(1)), 'schema.unknown-column', 'algorithm.trained.features[0]'],
  ['statistics that do not fit', planWith({ trained: { ...trained, statistics: { rows: 3, features: [] } } }), 'usage.invalid', 'algorithm.trained.statistics'],
])('refuses %s', (_name, run, code, at) => {
  expect(refusalOf(run)).toMatchObject({ code, at });
});
