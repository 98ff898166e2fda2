import type { DatasetConfig } from '@podnet/contracts';
import { Fault } from '@podnet/errors';
import { Catalogue } from '../catalogue/catalogue.ts';
import { readPodFile, type PodFile } from '../config/pod-file.ts';
import { hasJoined } from '../home/pins.ts';
import { requirePrivate } from '../home/home-folder.ts';
import { takeSnapshot } from '../snapshots/take-snapshot.ts';
import { beside } from './custodian/beside.ts';
import { silent } from './custodian/look-at.ts';
import type { Terminal } from './terminal.ts';

export interface RefreshCommand {
  config: string;
  dataset: string;
  json: boolean;
  terminal: Terminal;
}

/**
 * Copies the rows of a dataset's database anew. A running pod publishes them within seconds; when anything goes wrong it goes on with the copy it has.
 * **Throws** `dataset.unknown`, `conflict.state` for a dataset of files, as `takeSnapshot`.
 */
export async function refresh({ config, dataset: name, json, terminal }: RefreshCommand): Promise<void> {
  const file = readPodFile(config);
  requirePrivate(file.home, 'folder');
  const dataset = file.config.datasets.find((each) => each.name === name) ?? (await addedDataset(config, file, name));
  if (!dataset) throw new Fault('dataset.unknown', 'There is no such dataset.', { at: name });
  if (!('postgres' in dataset.source)) throw new Fault('conflict.state', 'This dataset is read from its files, and needs no copy.', { at: name });
  const { rows, changed } = await takeSnapshot(dataset, file.home);
  if (json) return terminal.out(JSON.stringify({ ok: true, data: { dataset: name, rows, changed } }));
  terminal.out(changed ? `${name} was copied anew: ${rows} rows.` : `${name} has not changed: ${rows} rows.`);
}

/** Of a pod that has not joined yet nothing was added. */
function addedDataset(config: string, file: PodFile, name: string): Promise<DatasetConfig | undefined> | undefined {
  return hasJoined(file.home) ? beside(config, ({ store }) => new Catalogue({ file, added: store.datasets, policies: store.policies, log: silent }).find(name)) : undefined;
}
