import type { DatasetConfig } from '@podnet/contracts';
import { isFault } from '@podnet/errors';
import { Catalogue } from '../catalogue/catalogue.ts';
import { readPodFile, type PodFile } from '../config/pod-file.ts';
import { bad, good, type Finding } from '../doctor/finding.ts';
import { checkHome, fromFault } from '../doctor/home-checks.ts';
import { checkDatabase } from '../doctor/database-checks.ts';
import { checkHub } from '../doctor/hub-checks.ts';
import { hasJoined, loadPins, pinnedKeys } from '../home/pins.ts';
import { loadPodKeys } from '../home/pod-keys.ts';
import { makeAuthToken } from '../hub-link/auth-token.ts';
import { inspectDataset } from '../runner/inspect.ts';
import { poolOf } from '../runner/pool-of.ts';
import { settled } from '../snapshots/settled.ts';
import { findSnapshot } from '../snapshots/snapshot.ts';
import { podVersion } from '../version.ts';
import { beside } from './custodian/beside.ts';
import { silent } from './custodian/look-at.ts';
import type { Terminal } from './terminal.ts';

/** Checks what a pod needs, one line each. True: everything passed. With `json`: `{ok, findings: [{check, passed, says, fix?}]}`. */
export async function doctor({ config, json, terminal }: { config: string; json: boolean; terminal: Terminal }): Promise<boolean> {
  const findings = await examine(config);
  const ok = findings.every((finding) => finding.passed);
  if (json) terminal.out(JSON.stringify({ ok, data: { findings } }));
  else {
    for (const { check, passed, says, fix } of findings) {
      terminal.out(`${passed ? 'PASS' : 'FAIL'}  ${check.padEnd(10)} ${says}`);
      if (fix !== undefined) terminal.out(`      ${' '.repeat(10)} ${fix}`);
    }
  }
  return ok;
}

async function examine(path: string): Promise<Finding[]> {
  const [major = 0] = process.versions.node.split('.').map(Number);
  const findings = [major >= 24 ? good('version', `Pod ${podVersion} on Node ${process.versions.node}.`) : bad('version', `Node ${process.versions.node} is too old.`, 'Use Node 24 or later.')];
  let file: PodFile;
  try {
    file = readPodFile(path);
  } catch (error) {
    if (!isFault(error)) throw error;
    const causes = error.details.causes ?? [error.toBody()];
    return [...findings, ...causes.map(({ at, detail, hint }) => bad('config', `${at === undefined ? '' : `${at}: `}${detail}`, hint ?? 'Correct this place.'))];
  }
  findings.push(good('config', `${file.config.datasets.length} dataset(s), ${file.config.runner.concurrency} at a time.`));
  const home = await checkHome(file.home, file.config.name);
  const [hub, data] = await Promise.all([joinedState(file, home.isRunning).then((joined) => checkHub(file.config.hub, joined)), checkDatasets(path, file)]);
  return [...findings, ...home.findings, ...hub, ...data];
}

/** Without a token when the pod is running: a second connection in its name would close the first. */
async function joinedState({ home }: PodFile, isRunning: boolean) {
  if (!hasJoined(home)) return undefined;
  try {
    const pins = loadPins(home);
    const token = isRunning ? undefined : await makeAuthToken({ podId: pins.podId, hubName: pins.hub.name, key: loadPodKeys(home).pair.signing });
    return { pinned: await pinnedKeys(pins), token };
  } catch {
    // What is wrong with the folder is said by its own checks.
    return undefined;
  }
}

/** What `pod.yaml` names, and what was added; a store that does not open is told by its own check. */
async function servedDatasets(path: string, file: PodFile): Promise<readonly DatasetConfig[]> {
  if (!hasJoined(file.home)) return file.config.datasets;
  try {
    return await beside(path, ({ store }) => new Catalogue({ file, added: store.datasets, policies: store.policies, log: silent }).datasets);
  } catch {
    return file.config.datasets;
  }
}

async function checkDatasets(path: string, file: PodFile): Promise<Finding[]> {
  const datasets = await servedDatasets(path, file);
  const pool = poolOf({ ...file, config: { ...file.config, datasets: [...datasets] } }, silent);
  try {
    const found = await Promise.all(
      datasets.map(async (dataset): Promise<Finding[]> => {
        const check = `data:${dataset.name}`;
        const database = 'postgres' in dataset.source ? await checkDatabase(dataset) : [];
        try {
          // The doctor copies nothing: the pod does when it starts.
          if ('postgres' in dataset.source && !findSnapshot(file.home, dataset)) return [...database, { check, passed: true, says: 'Note: the rows are copied when the pod starts.' }];
          const { columns, warnings } = await inspectDataset(pool, settled(dataset, file), file.baseDir);
          const categories = columns.filter((column) => column.domain?.source === 'observed').length;
          const line = `${columns.length} columns are published${categories > 0 ? `, ${categories} with observed values` : ''}.`;
          return [...database, good(check, line), ...warnings.map((warning) => ({ check, passed: true, says: `Note: ${warning.says}` }))];
        } catch (error) {
          return [...database, fromFault(check, error)];
        }
      }),
    );
    return found.flat();
  } finally {
    await pool.stop();
  }
}
