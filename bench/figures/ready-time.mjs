// From the first process to the last "ready" of a hub and three pods that are built and enrolled: what every start after the first costs.
import { wallMs } from '../runner/clock.mjs';
import { addPods, openHouse, podNames } from '../runner/house.mjs';
import { row } from '../runner/row.mjs';
import { median } from '../runner/statistics.mjs';

const warmUps = 1;
const repeats = 7;

export async function measure({ folder }) {
  const people = await openHouse(folder);
  const { house } = people;
  const names = podNames(3);
  await addPods(people, folder, names, () => ({ csv: `a\n${Array.from({ length: 60 }, (_, i) => i).join('\n')}\n`, columns: { a: { type: 'number' } } }));

  const stop = async () => {
    await Promise.all(names.map((name) => house.pods.get(name).running.stop()));
    await house.hub.stop();
  };
  const start = async () => {
    // Pods dial out and try again, so they start beside the hub, as they would after a power cut.
    await Promise.all([house.startHub(), ...names.map((name) => house.startPod(name))]);
  };
  const times = [];
  for (let i = 0; i < warmUps + repeats; i++) {
    await stop();
    const ms = await wallMs(start);
    if (i >= warmUps) times.push(ms);
  }
  return [row({ name: 'ready-time', value: median(times) / 1000, unit: 's', aim: '< 2' })];
}
