import { basename } from 'node:path';
import { podDataset, validate, type DatasetConfig } from '@podnet/contracts';
import { Fault } from '@podnet/errors';
import { activePolicy, Catalogue } from '../../catalogue/catalogue.ts';
import { parsePolicy } from '../../catalogue/parse-policy.ts';
import { requireKnownColumns } from '../../catalogue/policy-columns.ts';
import type { Terminal } from '../terminal.ts';
import { nameOf, sourceOf, sourceText, type AddedSource } from './added-source.ts';
import { tableOf } from './audit.ts';
import { beside } from './beside.ts';
import { readSettingsFile } from './dataset-settings.ts';
import { lookAt, silent } from './look-at.ts';
import { written } from './when.ts';
import { readPolicyFile } from './written-policy.ts';

interface Common {
  config: string;
  json: boolean;
  terminal: Terminal;
}

export interface AddDataset extends Common, AddedSource {
  name?: string;
  description?: string;
  /** A policy file; without one the default applies. */
  policy?: string;
  /** A file with what `pod.yaml` says of a dataset besides: columns, split, differential privacy. */
  settings?: string;
  /** Columns that exist for nobody but the custodian. */
  ignore: readonly string[];
  /** In the place of one that was added before. */
  replace: boolean;
}

/**
 * Serves one more file, or table or query of a database, from now on. It is read first: what cannot be read is not added.
 * **Throws** `data.*`, `config.invalid`, `conflict.exists`, `usage.invalid`.
 */
export async function datasetAdd({ config, name: given, description, policy: policyFile, settings: settingsFile, ignore, replace, json, terminal, ...from }: AddDataset): Promise<void> {
  const source = sourceOf(from);
  const name = nameOf(given, from);
  const writtenPolicy = policyFile === undefined ? {} : readPolicyFile(policyFile);
  const parsed = parsePolicy(writtenPolicy);
  const { hash } = activePolicy(parsed, 'set');
  const settings = settingsFile === undefined ? {} : readSettingsFile(settingsFile);
  const dataset: DatasetConfig = validate(podDataset, { ...settings, name, source, ...(description === undefined ? {} : { description }), ignore: [...new Set([...(settings.ignore ?? []), ...ignore])] }, { code: 'config.invalid' });
  await beside(config, async ({ file: pod, store, by }) => {
    if (pod.config.datasets.some((other) => other.name === name)) throw new Fault('conflict.exists', 'pod.yaml has a dataset of this name.', { at: name, hint: 'Choose another name with --name.' });
    const before = new Catalogue({ file: pod, added: store.datasets, policies: store.policies, log: silent }).find(name);
    if (before && !replace) throw new Fault('conflict.exists', 'A dataset of this name was added before.', { at: name, hint: 'Choose another name with --name, or take its place with --replace.' });
    const { inspection: { columns, warnings }, take, drop } = await lookAt(dataset, pod);
    try {
      requireKnownColumns(parsed, columns, dataset, '--policy');
      store.transaction(() => {
        store.datasets.add(name, dataset, by);
        store.policies.set({ dataset: name, hash, written: writtenPolicy, setBy: by });
        store.audit.append('dataset.added', name, { dataset: name, by, columns: columns.length, policy: hash, replaced: before !== undefined });
      });
      take();
    } finally {
      drop();
    }
    if (json) return terminal.out(JSON.stringify({ ok: true, data: { name, columns: columns.length, policy: hash, warnings } }));
    terminal.out(`${name} is served: ${columns.length} columns, ${policyFile === undefined ? 'under the default policy' : `under the policy of ${basename(policyFile)}`}. A running pod publishes it within a second.`);
    for (const { says } of warnings) terminal.say(`Note: ${says}`);
  });
}

/** What the pod serves: from `pod.yaml`, and what was added. */
export function datasetList({ config, json, terminal }: Common): Promise<void> {
  return beside(config, ({ file, store }) => {
    const catalogue = new Catalogue({ file, added: store.datasets, policies: store.policies, log: silent });
    const datasets = catalogue.datasets.map(({ name, source }) => {
      const added = file.config.datasets.some((other) => other.name === name) ? undefined : store.datasets.history(name)[0];
      const { hash, from } = catalogue.policyOf(name);
      return { name, from: added ? 'added' : 'pod.yaml', source, policy: { hash, from }, addedAt: added ? written(added.changedAt) : null, addedBy: added?.changedBy ?? null };
    });
    if (json) return terminal.out(JSON.stringify({ ok: true, data: { datasets } }));
    terminal.out(tableOf([['dataset', 'from', 'policy', 'added', 'source'], ...datasets.map(({ name, from, policy, addedAt, source }) => [name, from, policy.from, addedAt ?? '–', sourceText(source)])]));
  });
}

/** Serves it no more. What was released from it stays on record. */
export function datasetRemove({ config, name, json, terminal }: Common & { name: string }): Promise<void> {
  return beside(config, ({ file, store, by }) => {
    if (file.config.datasets.some((dataset) => dataset.name === name)) throw new Fault('conflict.state', 'This dataset stands in pod.yaml.', { at: name, hint: 'Take it out there and start the pod again.' });
    if (!store.datasets.all().some((dataset) => dataset.name === name)) throw new Fault('dataset.unknown', 'There is no such dataset.', { at: name });
    store.transaction(() => {
      store.datasets.remove(name, by);
      store.audit.append('dataset.removed', name, { dataset: name, by });
    });
    if (json) return terminal.out(JSON.stringify({ ok: true, data: { name } }));
    terminal.out(`${name} is not served any more.`);
  });
}
