// Rounds of federated averaging in a second, with a model of 11 000 parameters: 999 features, 11 classes, and an intercept for each.
// Pods train one step over their 22 rows in each round; weights travel both ways as doubles, sealed frame by frame, by way of the hub.
import { setFlagsFromString } from 'node:v8';
import { addPods, openHouse, podNames } from '../runner/house.mjs';
import { row } from '../runner/row.mjs';
import { seeded } from '../runner/seeded.mjs';
import { median } from '../runner/statistics.mjs';

const features = Array.from({ length: 999 }, (_, j) => `x${j}`);
const classes = Array.from({ length: 11 }, (_, k) => `c${k}`);
const parameters = classes.length * (features.length + 1);
const rows = 22;
// Rounds per second of Flower over gRPC with as many parameters, on two cores.
const sizes = [
  { pods: 2, rounds: 400, flower: 177 },
  { pods: 10, rounds: 120, flower: 46 },
];
const warmUpRounds = 20;
const repeats = 3;

export async function measure({ folder }) {
  // As the command line has it.
  setFlagsFromString('--external-memory-accounted-in-global-limit');
  setFlagsFromString('--heap-growing-percent=1000');
  const people = await openHouse(folder);
  const names = podNames(Math.max(...sizes.map(({ pods }) => pods)));
  const columns = { ...Object.fromEntries(features.map((name) => [name, { type: 'number' }])), kind: { type: 'category', domain: classes } };
  const measured = [];
  let added = 0;
  for (const { pods, rounds, flower } of sizes) {
    await addPods(people, folder, names.slice(added, pods), (name) => ({ csv: csvOf(names.indexOf(name) + 1), columns, split: { train: 100, validation: 0, test: 0 } }));
    added = pods;
    await roundsPerSecond(people.modeller.podnet, names.slice(0, pods), warmUpRounds * 2);
    const speeds = [];
    for (let i = 0; i < repeats; i++) speeds.push(await roundsPerSecond(people.modeller.podnet, names.slice(0, pods), rounds));
    measured.push(row({ name: `federated-rounds-${pods}-pods`, value: median(speeds), unit: '1/s', aim: `> ${flower}`, versus: { name: 'Flower, gRPC', value: flower } }));
  }
  return measured;
}

/** Speed of one task between the end of its warm-up and its last round. */
async function roundsPerSecond(podnet, names, rounds) {
  const handle = await podnet.tasks.submit({
    version: 1,
    pods: names.map((name) => `${name}/records`),
    protocol: { name: 'federated-averaging', rounds, steps: 1, validation: false },
    algorithm: { name: 'model-training', features, target: 'kind', seed: 7, optimiser: { learningRate: 0.05, batchSize: 'full' } },
    model: { name: 'logistic-regression' },
    limits: { deadline: '2m' },
  });
  const endedAt = new Map();
  const { summary, arrays } = await handle.outcome({ onEvent: (event) => event.type === 'progress' && endedAt.set(event.done, performance.now()) });
  const size = (summary.model?.weights ?? arrays.weights).length;
  if (size !== parameters) throw new Error(`the model has ${size} parameters and not ${parameters}`);
  return ((rounds - warmUpRounds) * 1000) / (endedAt.get(rounds) - endedAt.get(warmUpRounds));
}

function csvOf(seed) {
  const random = seeded(seed);
  const lines = Array.from({ length: rows }, (_, i) => `${features.map(() => (random() * 2 - 1).toFixed(4)).join(',')},${classes[i % classes.length]}`);
  return `${features.join(',')},kind\n${lines.join('\n')}\n`;
}
