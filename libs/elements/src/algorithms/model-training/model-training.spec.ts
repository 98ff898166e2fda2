import { body } from '../../body.ts';
import { noBits } from '../../fixtures/no-bits.ts';
import { refusalOf } from '../../fixtures/refusal.ts';
import { ask, averagingTask, smallPods, smallRows, smallSchema, type AveragingSummary } from '../../fixtures/small-task.ts';
import { openModellerMachine, openPodSession } from '../../open.ts';
import type { SchemaColumn } from '../../pod-part.ts';
import { memoryData, simulate } from '../../simulator/simulator.ts';

const planOf = (algorithm: object, schema: readonly SchemaColumn[] = smallSchema, model = 'logistic-regression') => ({
  ...averagingTask({}, algorithm),
  model: ask(model),
  privacy: null,
  pods: [{ podId: 'pod-1', podName: 'north', dataset: 'd', schema }],
  minPods: 1,
});

test.each([
  ['a column that nobody has', { features: ['height', 'wieght'] }, 'schema.unknown-column', 'algorithm.features[1]', 'Did you mean weight?'],
  ['a text as feature', { features: ['height', 'note'] }, 'schema.wrong-kind', 'algorithm.features[1]', 'Features are numbers, integers, booleans and categories.'],
  ['a target that nobody has', { target: 'il' }, 'schema.unknown-column', 'algorithm.target', 'Did you mean ill?'],
  ['a number as target of a classification', { target: 'height', features: ['weight'] }, 'schema.wrong-kind', 'algorithm.target', 'List the positive values, or ask the custodian to publish the column as a category.'],
  ['the target among the features', { features: ['height', 'ill'] }, 'usage.invalid', 'algorithm.features[1]', ''],
  ['positive values outside the domain', { target: 'colour', features: ['height'], positive: ['purple'] }, 'usage.invalid', 'algorithm.positive', ''],
] as const)('before anything runs, %s is refused at its place', (_name, algorithm, code, at, hint) => {
  expect(refusalOf(() => openModellerMachine(planOf(algorithm)))).toMatchObject({ code, at, ...(hint ? { hint } : {}) });
});

test('a category without a published domain is refused and the custodian’s remedy named', () => {
  const schema = smallSchema.map((column) => (column.name === 'colour' ? { name: 'colour', kind: 'category' } : column));
  expect(refusalOf(() => openModellerMachine(planOf({}, schema)))).toMatchObject({
    code: 'schema.wrong-kind',
    at: 'algorithm.features[2]',
    detail: 'The category colour has no published domain.',
    hint: 'Its custodian can declare the domain in pod.yaml.',
  });
});

test('a regression does not take a category as its target', () => {
  expect(refusalOf(() => openModellerMachine(planOf({ features: ['height'], target: 'colour' }, smallSchema, 'linear-regression')))).toMatchObject({ code: 'schema.wrong-kind', at: 'algorithm.target' });
});

const sessionOf = (rows: number, minRows: number, algorithm: object = {}) =>
  openPodSession({ ...averagingTask({}, algorithm), privacy: null, podIndex: 0, podCount: 1, data: memoryData(smallSchema, smallRows(rows, 1), { minRows, split: { train: 100, validation: 0, test: 0, seed: 1 } }), bits: noBits });

const layoutFrame = (algorithm: object = {}) => {
  const machine = openModellerMachine(planOf(algorithm));
  const effect = machine.step(machine.start().state, { type: 'pod-ready', podId: 'pod-1', epoch: 1 }).effects[0];
  return effect?.type === 'send' ? effect.body : body(null);
};

test('a training part with fewer usable rows than the limit is refused, and how many there are is not told', () => {
  expect(sessionOf(30, 30).frame(1, layoutFrame())).toHaveLength(1);
  const refusal = refusalOf(() => sessionOf(29, 30).frame(1, layoutFrame()));
  expect(refusal).toMatchObject({ code: 'policy.too-few-rows', detail: "The train part has fewer usable rows than this pod's limit of 30." });
});

test('rows that drop out for their gaps do not count towards the limit', () => {
  const dropping = { missing: 'drop-rows' };
  expect(refusalOf(() => sessionOf(40, 40, dropping).frame(1, layoutFrame(dropping))).code).toBe('policy.too-few-rows');
});

test('a pod whose schema is no longer the one that was planned with refuses', () => {
  const data = memoryData(smallSchema.map((column) => (column.name === 'colour' ? { ...column, domain: ['red', 'green', 'blue', 'grey'] } : column)), smallRows(60, 1));
  const session = openPodSession({ ...averagingTask(), privacy: null, podIndex: 0, podCount: 1, data, bits: noBits });
  expect(refusalOf(() => session.frame(1, layoutFrame())).code).toBe('schema.incompatible');
});

test.each([
  ['no frame of the protocol', body({ phase: 'lunch' })],
  ['a question before the preparation that is none', body({ phase: 'round', mark: 'a' })],
])('%s is refused', (_name, frame) => {
  expect(refusalOf(() => sessionOf(40, 10).frame(3, frame)).code).toBe('envelope.malformed');
});

test('weights of another number are refused by the pod', () => {
  const session = sessionOf(40, 10, { missing: 'drop-rows', standardise: false });
  const machine = openModellerMachine(planOf({ missing: 'drop-rows', standardise: false }));
  const effect = machine.step(machine.start().state, { type: 'pod-ready', podId: 'pod-1', epoch: 1 }).effects[0];
  if (effect?.type !== 'send') throw new Error('Nothing was sent.');
  session.frame(effect.step, effect.body);
  const { mark } = effect.body.json as { mark: string };
  expect(refusalOf(() => session.frame(3, body({ phase: 'round', mark: 'm', prepared: mark, round: 1, validate: false }, { weights: new Float64Array(2) }))).code).toBe('envelope.malformed');
});

test('columns are encoded from the published schema, classes in canonical order', () => {
  const { model } = simulate(averagingTask({ rounds: 1 }, { features: ['weight', 'height', 'ill'], target: 'colour' })).outcome!.summary as AveragingSummary;
  expect(model.columns).toEqual(['weight', 'height', 'ill']);
  expect(model.classes).toEqual(['blue', 'green', 'red']);
  expect(model.weights).toHaveLength(3 * 4);
});

test('a target is made of two classes by its positive values', () => {
  const { model } = simulate(averagingTask({ rounds: 1 }, { features: ['weight'], target: 'colour', positive: ['red', 'green'] })).outcome!.summary as AveragingSummary;
  expect(model.classes).toEqual(['other', 'positive']);
});

test('a regression is trained like a classification', () => {
  const task = { ...averagingTask({ rounds: 40 }, { features: ['weight', 'colour', 'ill'], target: 'height' }), model: ask('linear-regression', { l2: 0.001 }) };
  const { test, model } = simulate(task).outcome!.summary as AveragingSummary;
  expect(model.classes).toBeNull();
  expect(test!.metrics.r2).toBeGreaterThan(0.2);
  expect(test!.metrics.rmse).toBeLessThan(12);
});

test('nothing of the rows but statistics, weights, losses, counts and metrics leaves a pod', () => {
  const keys = new Set<string>();
  const collect = (value: unknown, path: string): void => {
    if (Array.isArray(value)) value.forEach((each) => collect(each, `${path}[]`));
    else if (typeof value === 'object' && value !== null) Object.entries(value).forEach(([key, each]) => collect(each, `${path}.${key}`));
    else keys.add(path);
  };
  simulate(averagingTask({ rounds: 2 }, {}, smallPods([60, 80], { minRows: 5 })), undefined, {
    output(_podId, output) {
      if (output.type !== 'progress') {
        collect(output.body.json, output.type);
        Object.keys(output.body.arrays).forEach((name) => keys.add(`${output.type}:${name}`));
      }
      return output;
    },
  });
  const evaluation = (at: string) => [`${at}.learns`, `${at}.rows`, ...['accuracy', 'auc', 'balancedAccuracy', 'f1', 'logLoss', 'precision', 'recall'].map((name) => `${at}.metrics.${name}`), `${at}.sums.confusion[][]`, `${at}.sums.logLoss`];
  const statistics = ['count', 'counts[]', 'kind', 'm2', 'mean'].map((name) => `reply.answer.statistics.features[].${name}`);
  expect([...keys].sort()).toEqual(
    ['reply.mark', 'reply.rows', 'reply.loss', 'reply:weights', 'reply.validation', 'reply.answer.statistics.rows', ...statistics, ...evaluation('reply.validation'), 'finish.mark', 'finish.rows', ...evaluation('finish.validation'), ...evaluation('finish.test'), 'finish.test.sums.scores[].positives[]', 'finish.test.sums.scores[].negatives[]'].sort(),
  );
});
