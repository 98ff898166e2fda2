import { createRandom, encodeExamples, featureStatistics, logisticRegression, train } from '@podnet/learning';
import { pooledPod } from '../../fixtures/penguins.ts';
import { averagingTask, smallPods, smallRows, type AveragingSummary } from '../../fixtures/small-task.ts';
import { simulate, type Disturbance } from '../../simulator/simulator.ts';
import { layoutOf } from '../../supervised/layout.ts';

const fullBatch = { optimiser: { batchSize: 'full', learningRate: 0.5 } };
const oneStep = { epochs: undefined, steps: 1, rounds: 25 };

const bits = (weights: Float64Array): string => Buffer.from(weights.buffer, weights.byteOffset, weights.byteLength).toString('hex');

test('one pod with full batches is gradient descent, to the bit', () => {
  const pods = smallPods([90]);
  const { outcome } = simulate(averagingTask(oneStep, fullBatch, pods));

  const { data } = pods[0]!;
  const layout = layoutOf({ features: ['height', 'weight', 'colour'], target: 'ill', missing: 'impute', standardise: true }, data.schema, 'classification');
  const table = data.table(['height', 'weight', 'colour', 'ill']);
  const statistics = featureStatistics(table, data.split.train, layout.features);
  const { x, y } = encodeExamples(table, data.split.train, layout.features, statistics, layout.target, { missing: 'impute', standardise: true });
  const model = logisticRegression.create({ width: layout.features.width, outputs: 2 });
  const central = train({ model, x, y, weights: model.initial(), optimiser: { name: 'sgd', batchSize: 'full', learningRate: 0.5 }, amount: { steps: 25 }, seed: 0, round: 0 });
  expect(bits(outcome!.arrays.weights!)).toBe(bits(central.weights));
});

test.each(['impute', 'drop-rows'])('one full step per round over pods weighted by rows is gradient descent on the pooled rows (%s)', (missing) => {
  const counts = [60, 80, 100];
  const pods = smallPods(counts);
  const pooled = pooledPod(pods, counts.map((count, i) => smallRows(count, i + 1)));
  const federated = simulate(averagingTask(oneStep, { ...fullBatch, missing }, pods)).outcome!;
  const central = simulate(averagingTask(oneStep, { ...fullBatch, missing }, [pooled])).outcome!;
  federated.arrays.weights!.forEach((weight, i) => expect(Math.abs(weight - central.arrays.weights![i]!)).toBeLessThan(1e-9));
  expect((federated.summary as AveragingSummary).test!.metrics.logLoss).toBeCloseTo((central.summary as AveragingSummary).test!.metrics.logLoss!, 9);
});

const settings: [string, object, object][] = [
  ['epochs and validation', { rounds: 6 }, {}],
  ['steps without validation', { rounds: 6, epochs: undefined, steps: 3, validation: false }, { missing: 'drop-rows', standardise: false }],
  ['early stopping', { rounds: 12, earlyStopping: { metric: 'logLoss', patience: 2, minDelta: 0.01 } }, { optimiser: { learningRate: 1 } }],
  ['early stopping that never stops', { rounds: 4, earlyStopping: { metric: 'logLoss', patience: 50 } }, {}],
];

test.each(settings)('a network that reorders, repeats and drops, and parties that restart, change nothing: %s', (_name, protocol, algorithm) => {
  const task = averagingTask(protocol, algorithm, smallPods([60, 80, 100], { minRows: 5 }));
  const undisturbed = simulate(task);
  const seeds = createRandom(2024);
  const totals = { dropped: 0, repeated: 0, podRestarts: 0, modellerRestarts: 0 };
  for (let run = 0; run < 25; run++) {
    const disturbance: Disturbance = { seed: seeds.next(), reorder: true, repeat: 0.2, drop: 0.15, restartPod: 0.03, restartModeller: 0.03, skipCheckpoint: 0.3 };
    const { outcome, happened } = simulate(task, disturbance);
    expect(bits(outcome!.arrays.weights!)).toBe(bits(undisturbed.outcome!.arrays.weights!));
    expect(JSON.stringify(outcome!.summary)).toBe(JSON.stringify(undisturbed.outcome!.summary));
    expect(outcome!.contributors).toEqual(['pod-1', 'pod-2', 'pod-3']);
    for (const kind of Object.keys(totals) as (keyof typeof totals)[]) totals[kind] += happened[kind];
  }
  // The disturbances did take place.
  for (const count of Object.values(totals)) expect(count).toBeGreaterThan(20);
});

test('the order in which pods are listed, and the order of their domains, mean nothing', () => {
  const pods = smallPods();
  const turned = pods.map((pod) => ({ ...pod, data: { ...pod.data, schema: pod.data.schema.map((column) => (column.domain ? { ...column, domain: column.domain.toReversed() } : column)) } }));
  const plain = simulate(averagingTask({}, {}, pods)).outcome!;
  const other = simulate(averagingTask({}, {}, [turned[2]!, pods[0]!, turned[1]!])).outcome!;
  expect(JSON.stringify(other.summary)).toBe(JSON.stringify(plain.summary));
});

test('another seed gives another result', () => {
  const [one, two] = [1, 2].map((seed) => simulate(averagingTask({}, { seed })).outcome!.arrays.weights!);
  expect(bits(one!)).not.toBe(bits(two!));
});
