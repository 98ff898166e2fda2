import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { House, type Person } from '@podnet/launch';
import { stringify } from 'yaml';

const apps = fileURLToPath(new URL('../apps', import.meta.url));

/** A house in a folder of its own that is gone afterwards. */
export async function temporaryHouse(hubEnvironment: Record<string, string> = {}): Promise<{ house: House; home: string; close(): Promise<void> }> {
  if (!existsSync(join(apps, 'hub/dist/main.js'))) throw new Error('Build first: npm run build.');
  const home = mkdtempSync(join(tmpdir(), 'podnet-e2e-'));
  const house = await House.open({ home, apps, hubEnvironment }).catch((error: unknown) => {
    rmSync(home, { recursive: true, force: true });
    throw error;
  });
  return {
    house,
    home,
    async close() {
      await house.close().finally(() => rmSync(home, { recursive: true, force: true }));
    },
  };
}

export interface PodText {
  name: string;
  csv: string;
  columns?: Record<string, { type: string; domain?: (string | number)[]; lower?: number; upper?: number; nullable?: false }>;
  split?: object;
  ceiling?: object;
  runner?: object;
  ignore?: string[];
  /** `differential_privacy:` of the dataset. */
  privacy?: object;
}

/** Writes a CSV and the pod.yaml that serves it as the dataset `records`. */
export function podYaml(home: string, hub: string, { name, csv, columns = {}, split, ceiling, runner, ignore, privacy }: PodText): string {
  const path = join(home, `${name}.csv`);
  writeFileSync(path, csv);
  return stringify({
    version: 1,
    name,
    hub,
    home: './home',
    datasets: [{ name: 'records', source: { csv: path }, columns, ...(split ? { split } : {}), ...(ignore ? { ignore } : {}), ...(privacy ? { differential_privacy: privacy } : {}) }],
    ...(ceiling ? { ceiling } : {}),
    ...(runner ? { runner } : {}),
  });
}

/** Rows of two numbers and a class that depends on them; different at each `seed`, the same at each run. */
export function twoClouds(rows: number, seed: number): string {
  let state = seed * 2_654_435_761 + 1;
  const next = (): number => ((state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32);
  const lines = ['a,b,kind'];
  for (let i = 0; i < rows; i++) {
    const kind = next() < 0.5;
    const at = (): string => ((next() + next() + next() - 1.5) * 2 + (kind ? 1 : -1)).toFixed(4);
    lines.push(`${at()},${at()},${kind ? 'yes' : 'no'}`);
  }
  return `${lines.join('\n')}\n`;
}

export const cloudColumns = { a: { type: 'number', lower: -5, upper: 5 }, b: { type: 'number', lower: -5, upper: 5 }, kind: { type: 'category', domain: ['no', 'yes'] } };

/** Enrols and starts pods that each serve a cloud. */
export async function cloudPods(house: House, home: string, custodian: Person, names: readonly string[], rows = 120): Promise<void> {
  await Promise.all(names.map((name, i) => house.addPod(custodian, name, podYaml(home, house.hubUrl, { name, csv: twoClouds(rows, i + 1), columns: cloudColumns, privacy: {} }))));
}

/** Gives a role on each of the pods. */
export async function assign(by: Person, who: Person, role: 'super-modeller' | 'general-modeller' | 'dp-restricted-modeller' | 'metrics-only' | 'viewer', pods: readonly string[]): Promise<void> {
  for (const pod of pods) {
    const { id: podId } = await by.podnet.pods.find(pod);
    await by.podnet.grants.assign({ podId, email: who.email, role, reason: 'Specification' });
  }
}

/** The training task over clouds. */
export const cloudTask = (pods: readonly string[], rounds: number, extra: object = {}) => ({
  version: 1 as const,
  pods: pods.map((pod) => `${pod}/records`),
  protocol: { name: 'federated-averaging', rounds, steps: 2 },
  algorithm: { name: 'model-training', features: ['a', 'b'], target: 'kind', seed: 3 },
  model: { name: 'logistic-regression' },
  limits: { deadline: '5m', ...extra },
});
