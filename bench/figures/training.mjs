// Training as a pod does it, beside the loop that anybody would write: from the same columns to the same weights.
// The pod's side goes through the registry: schema, statistics, encoding, frames of federated averaging, stochastic gradient descent.
import { parseTriple } from '@podnet/elements';
import { processorMs } from '../runner/clock.mjs';
import { row } from '../runner/row.mjs';
import { median } from '../runner/statistics.mjs';
import { makeColumns, plainTraining } from './training/plain-loop.mjs';
import { throughElements } from './training/through-elements.mjs';

const rows = 20_000;
const features = 20;
const rounds = 10;
const epochs = 2;
const learningRate = 0.1;
const batchSize = 32;
const repeats = 9;
const warmUps = 2;

export function measure() {
  const columns = makeColumns(rows, features, 7);
  const names = columns.map((_, i) => `x${i}`).slice(0, features);
  const schema = [...names.map((name) => ({ name, kind: 'number' })), { name: 'y', kind: 'category', domain: ['0', '1'] }];
  const table = { rows, columns: [...names.map((name, i) => ({ kind: 'number', name, values: columns[i] })), { kind: 'category', name: 'y', domain: ['0', '1'], codes: Int32Array.from(columns[features]) }] };
  const all = Int32Array.from({ length: rows }, (_, i) => i);
  const data = {
    schema,
    minRows: 10,
    split: { train: all, validation: new Int32Array(0), test: all.subarray(0, 100) },
    table: (wanted) => ({ rows, columns: wanted.map((name) => table.columns.find((column) => column.name === name)) }),
  };
  const { asks } = parseTriple({
    protocol: { name: 'federated-averaging', params: { rounds, epochs, validation: false } },
    algorithm: { name: 'model-training', params: { features: names, target: 'y', seed: 7, optimiser: { learningRate, batchSize } } },
    model: { name: 'logistic-regression' },
  });

  const timed = (work) => {
    const startedAt = processorMs();
    const weights = work();
    return { weights, perSecond: (rows * rounds * epochs * 1000) / (processorMs() - startedAt) };
  };
  const byPod = () => timed(() => throughElements({ ...asks, privacy: null }, data));
  const byLoop = () => timed(() => plainTraining(columns, { features, epochs: rounds * epochs, batchSize, learningRate, seed: 7 }).weights);

  for (let i = 0; i < warmUps; i++) requireAlike(byPod().weights, byLoop().weights);
  // One after the other, so that whatever slows the machine slows both.
  const pairs = Array.from({ length: repeats }, () => ({ pod: byPod().perSecond, loop: byLoop().perSecond }));
  const pod = median(pairs.map((pair) => pair.pod));
  const loop = median(pairs.map((pair) => pair.loop));
  const ratio = median(pairs.map((pair) => pair.pod / pair.loop));
  return [
    row({ name: 'training-ratio', value: ratio, unit: 'of the plain loop', aim: '≥ 0.8' }),
    row({ name: 'training-throughput', value: pod, unit: 'rows/s', versus: { name: 'plain loop', value: loop, ratio } }),
  ];
}

/** Both have learned the same thing, or there is nothing to compare. Batches are drawn differently, so digits differ. */
function requireAlike(a, b) {
  const dot = (x, y) => x.reduce((sum, value, i) => sum + value * y[i], 0);
  const cosine = dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  if (!(a.length === b.length && cosine > 0.98)) throw new Error('the pod and the plain loop did not learn the same');
}
