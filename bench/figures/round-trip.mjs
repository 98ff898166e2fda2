// A trivial task over three pods, from the call of `submit` to its outcome: a regression on one column of 60 rows, trained for one
// epoch and evaluated.
// Signing, sealing, the hub's transaction, claiming, judging, computing in a child process, sealing, reporting, opening: all of it.
import { wallMs } from '../runner/clock.mjs';
import { addPods, openHouse, podNames } from '../runner/house.mjs';
import { row } from '../runner/row.mjs';
import { seeded } from '../runner/seeded.mjs';
import { median, quantile } from '../runner/statistics.mjs';

const warmUps = 15;
const repeats = 120;

export async function measure({ folder }) {
  const people = await openHouse(folder);
  const names = podNames(3);
  await addPods(people, folder, names, (name) => ({ csv: numbers(60, names.indexOf(name)), columns: { a: { type: 'number' }, b: { type: 'number' } } }));
  const { podnet } = people.modeller;
  const task = { version: 1, pods: names.map((name) => `${name}/records`), protocol: { name: 'results-only' }, algorithm: { name: 'model-training-and-evaluation', features: ['b'], target: 'a', epochs: 1, seed: 1 }, model: { name: 'linear-regression' }, limits: { deadline: '1m' } };

  const once = async () => {
    const { contributors } = await (await podnet.tasks.submit(task)).outcome();
    if (contributors.length !== 3) throw new Error('the task has another outcome than it should');
  };
  for (let i = 0; i < warmUps; i++) await once();
  const times = [];
  for (let i = 0; i < repeats; i++) times.push(await wallMs(once));
  // What one question to the hub costs: the floor under everything that asks it several.
  const floor = [];
  for (let i = 0; i < 60; i++) floor.push(await wallMs(() => podnet.rest.call('me', {})));
  return [
    row({ name: 'round-trip-p50', value: median(times), unit: 'ms', aim: '< 60', versus: { name: 'one REST call', value: median(floor) } }),
    row({ name: 'round-trip-p95', value: quantile(times, 0.95), unit: 'ms', aim: '< 300' }),
  ];
}

function numbers(rows, seed) {
  const random = seeded(seed + 1);
  return `a,b\n${Array.from({ length: rows }, () => `${random().toFixed(6)},${random().toFixed(6)}`).join('\n')}\n`;
}
