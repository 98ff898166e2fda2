// Private stochastic gradient descent through a pod's elements, beside the same training without privacy: as many rows for each step, as many epochs.
import { parseTriple } from '@podnet/elements';
import { processorMs } from '../runner/clock.mjs';
import { row } from '../runner/row.mjs';
import { median } from '../runner/statistics.mjs';
import { makeColumns } from './training/plain-loop.mjs';
import { throughElements } from './training/through-elements.mjs';

const rows = 20_000;
const features = 20;
const rounds = 10;
const epochs = 2;
const samplingRate = 0.05;
const repeats = 7;
const warmUps = 2;
/** Columns of the table are drawn from a normal law, as good as never beyond these. */
const bounds = { lower: -6, upper: 6 };

export function measure() {
  const columns = makeColumns(rows, features, 7);
  const names = Array.from({ length: features }, (_, i) => `x${i}`);
  const schema = [...names.map((name) => ({ name, kind: 'number', bounds })), { name: 'y', kind: 'category', domain: ['0', '1'], domainSource: 'declared' }];
  const table = new Map([...names.map((name, i) => [name, { kind: 'number', name, values: columns[i] }]), ['y', { kind: 'category', name: 'y', domain: ['0', '1'], codes: Int32Array.from(columns[features]) }]]);
  const all = Int32Array.from({ length: rows }, (_, i) => i);
  const data = { schema, minRows: 10, shares: { train: 98, validation: 1, test: 1, seed: 1 }, split: { train: all, validation: new Int32Array(0), test: all.subarray(0, 100) }, table: (wanted) => ({ rows, columns: wanted.map((name) => table.get(name)) }) };
  const asks = (extra) =>
    parseTriple({
      protocol: { name: 'federated-averaging', params: { rounds, epochs, validation: false } },
      algorithm: { name: 'model-training', params: { features: names, target: 'y', seed: 7, optimiser: { learningRate: 0.1, batchSize: rows * samplingRate }, ...extra } },
      model: { name: 'logistic-regression' },
    }).asks;
  const timed = (asked, privacy) => {
    const startedAt = processorMs();
    const weights = throughElements({ ...asked, privacy }, data);
    if (!weights.every(Number.isFinite)) throw new Error('the training learned nothing');
    return processorMs() - startedAt;
  };
  // How much noise keeps to the epsilon is found out once, in the first turns: `noise-pld` says what that takes.
  const [privately, plainly] = [asks({ differentialPrivacy: { samplingRate } }), asks({})];
  const pairs = Array.from({ length: warmUps + repeats }, () => ({ dp: timed(privately, { epsilon: 3, delta: 1e-6 }), plain: timed(plainly, null) })).slice(warmUps);
  const ratio = median(pairs.map(({ dp, plain }) => dp / plain));
  const perSecond = (name) => (rows * rounds * epochs * 1_000) / median(pairs.map((pair) => pair[name]));
  return [
    row({ name: 'dp-training-ratio', value: ratio, unit: 'times as long', aim: '≤ 2' }),
    row({ name: 'dp-training-throughput', value: perSecond('dp'), unit: 'rows/s', versus: { name: 'without privacy', value: perSecond('plain') } }),
  ];
}
