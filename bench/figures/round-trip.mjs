// A trivial task over three pods, from the call of `submit` to its outcome: the averages of two columns of 60 rows, another two each time, for what was
// asked before is answered from the pod's store.
// Signing, sealing, the hub's transaction, claiming, judging, computing in a child process, sealing, reporting, opening: all of it.
import { wallMs } from '../runner/clock.mjs';
import { addPods, openHouse, podNames } from '../runner/house.mjs';
import { row } from '../runner/row.mjs';
import { seeded } from '../runner/seeded.mjs';
import { median, quantile } from '../runner/statistics.mjs';

const warmUps = 15;
const repeats = 120;
const columns = [...'abcdefghijklmnopq'];

export async function measure({ folder }) {
  const people = await openHouse(folder);
  const names = podNames(3);
  await addPods(people, folder, names, (name) => ({ csv: numbers(60, names.indexOf(name)), columns: Object.fromEntries(columns.map((each) => [each, { type: 'number' }])) }));
  const { podnet } = people.modeller;
  const taskOf = (pair) => ({ version: 1, pods: names.map((name) => `${name}/records`), protocol: { name: 'results-only' }, algorithm: { name: 'column-average', columns: pair }, limits: { deadline: '1m' } });
  const pairs = columns.flatMap((one, i) => columns.slice(i + 1).map((other) => [one, other]));
  if (pairs.length < warmUps + repeats) throw new Error('there are fewer questions than repeats');
  let asked = 0;

  const once = async () => {
    const { summary } = await (await podnet.tasks.submit(taskOf(pairs[asked++]))).outcome();
    if (summary.columns[0].count !== 180) throw new Error('the task has another outcome than it should');
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
  return `${columns.join(',')}\n${Array.from({ length: rows }, () => columns.map(() => random().toFixed(6)).join(',')).join('\n')}\n`;
}
