// A hub and pods as processes of their own, in the folder of a figure.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { House } from '@podnet/launch';
import { onEnd } from './opened.mjs';

const apps = fileURLToPath(new URL('../../apps', import.meta.url));

/** Opens a house with a custodian and a modeller. It is closed at the end of the figure. */
export async function openHouse(folder, options = {}) {
  const house = await House.open({ home: join(folder, 'house'), apps, ...options });
  onEnd(() => house.close());
  await house.admin();
  const custodian = await house.person('custodian');
  const modeller = await house.person('modeller');
  return { house, custodian, modeller };
}

/** Enrols and starts one pod for each name, at most two at a time, and makes the modeller Super Modeller on them. */
export async function addPods({ house, custodian, modeller }, folder, names, describe) {
  const waiting = [...names];
  const add = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) await addPodOver({ house, custodian, modeller }, name, overCsv(folder, name, describe(name)));
  };
  await Promise.all([add(), add()]);
}

/** Enrols and starts one pod over datasets as pod.yaml has them, and makes the modeller Super Modeller on it. */
export async function addPodOver({ house, custodian, modeller }, name, { datasets, runner }) {
  // JSON is YAML.
  await house.addPod(custodian, name, JSON.stringify({ version: 1, name, hub: house.hubUrl, home: './home', datasets, runner: { concurrency: 1, ...runner } }));
  const { id: podId } = await custodian.podnet.pods.find(name);
  await custodian.podnet.grants.assign({ podId, email: modeller.email, role: 'super-modeller', reason: 'Measuring' });
}

/** Writes a CSV; a pod serves it as `records`. */
function overCsv(folder, name, { csv, columns, split, runner }) {
  const path = join(folder, `${name}.csv`);
  writeFileSync(path, csv);
  return { datasets: [{ name: 'records', source: { csv: path }, columns, ...(split ? { split } : {}) }], runner };
}

/** The names `pod-01`, `pod-02` … */
export const podNames = (count) => Array.from({ length: count }, (_, i) => `pod-${String(i + 1).padStart(2, '0')}`);
