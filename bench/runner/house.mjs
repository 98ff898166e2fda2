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
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      await house.addPod(custodian, name, podYaml(folder, house.hubUrl, name, describe(name)));
      const { id: podId } = await custodian.podnet.pods.find(name);
      await custodian.podnet.grants.assign({ podId, email: modeller.email, role: 'super-modeller', reason: 'Measuring' });
    }
  };
  await Promise.all([add(), add()]);
}

/** Writes a CSV and the pod.yaml that serves it as `records`. JSON is YAML. */
function podYaml(folder, hub, name, { csv, columns, split, runner }) {
  const path = join(folder, `${name}.csv`);
  writeFileSync(path, csv);
  return JSON.stringify({
    version: 1,
    name,
    hub,
    home: './home',
    datasets: [{ name: 'records', source: { csv: path }, columns, ...(split ? { split } : {}) }],
    runner: { concurrency: 1, ...runner },
  });
}

/** The names `pod-01`, `pod-02` … */
export const podNames = (count) => Array.from({ length: count }, (_, i) => `pod-${String(i + 1).padStart(2, '0')}`);
