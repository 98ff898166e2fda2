import { basename } from 'node:path';
import type { DatasetConfig, PublishedColumn } from '@podnet/contracts';
import { fingerprintOf } from '@podnet/engine';
import { Fault, isFault } from '@podnet/errors';
import { compareDatasetPolicies, policyDirection, policyLines, type DatasetPolicy } from '@podnet/policy';
import { stringify } from 'yaml';
import { activePolicy, Catalogue } from '../../catalogue/catalogue.ts';
import { parsePolicy } from '../../catalogue/parse-policy.ts';
import { requireKnownColumns } from '../../catalogue/policy-columns.ts';
import { Publisher } from '../../agent/publisher.ts';
import { loadPodKeys } from '../../home/pod-keys.ts';
import { replay, type Replayed } from '../../query/replay.ts';
import { inspectDataset } from '../../runner/inspect.ts';
import { filesOf, poolOf } from '../../runner/pool-of.ts';
import { settled } from '../../snapshots/settled.ts';
import { podVersion } from '../../version.ts';
import type { Terminal } from '../terminal.ts';
import { tableOf } from './audit.ts';
import { beside, type Beside } from './beside.ts';
import { silent } from './look-at.ts';
import { written } from './when.ts';
import { readPolicyFile } from './written-policy.ts';

interface Common {
  config: string;
  dataset: string;
  json: boolean;
  terminal: Terminal;
}

function catalogueOf({ file, store }: Beside, dataset: string): Catalogue {
  const catalogue = new Catalogue({ file, added: store.datasets, policies: store.policies, log: silent });
  if (!catalogue.find(dataset)) throw new Fault('dataset.unknown', 'The pod has no such dataset.', { at: dataset, hint: `It has ${catalogue.datasets.map(({ name }) => name).join(', ')}.` });
  return catalogue;
}

/** What applies to a dataset now, since when, and what applied before. */
export function policyShow({ config, dataset, json, terminal }: Common): Promise<void> {
  return beside(config, (at) => {
    const { policy, hash, from } = catalogueOf(at, dataset).policyOf(dataset);
    const history = at.store.policies.history(dataset).map(({ hash: was, setAt, setBy }) => ({ hash: was, setAt: written(setAt), setBy }));
    const asWritten = at.store.policies.active(dataset)?.written ?? at.file.config.datasets.find(({ name }) => name === dataset)?.policy;
    if (json) return terminal.out(JSON.stringify({ ok: true, data: { dataset, hash, from, policy, written: asWritten ?? null, history } }));
    terminal.out(`# ${dataset}: ${from === 'default' ? 'nothing is written; the default applies' : from === 'set' ? `set ${history[0]!.setAt} by ${history[0]!.setBy}` : 'from pod.yaml'}`);
    terminal.out(`# ${hash}`);
    if (asWritten !== undefined) terminal.out(stringify(asWritten).trimEnd());
    for (const line of policyLines(policy)) terminal.out(`# ${line}`);
    for (const { hash: was, setAt, setBy } of history.slice(1)) terminal.out(`# before: ${was}, set ${setAt} by ${setBy}`);
  });
}

/** Applies from now on, on a running pod too. Says whether it tightens or loosens. */
export function policySet({ config, dataset, policyFile, json, terminal }: Common & { policyFile: string }): Promise<void> {
  const asWritten = readPolicyFile(policyFile);
  const draft = activePolicy(parsePolicy(asWritten), 'set');
  return beside(config, (at) => {
    const catalogue = catalogueOf(at, dataset);
    const before = catalogue.policyOf(dataset);
    const columns = publishedColumns(at, catalogue.find(dataset)!);
    // Never looked at yet: a running pod tells on its terminal what the policy names in vain.
    if (columns) requireKnownColumns(draft.policy, columns, catalogue.find(dataset)!, basename(policyFile));
    const change = compared(before.policy, draft.policy);
    const { store, by } = at;
    if (before.from !== 'set' || before.hash !== draft.hash) {
      store.transaction(() => {
        store.policies.set({ dataset, hash: draft.hash, written: asWritten, setBy: by });
        store.audit.append('policy.set', dataset, { dataset, hash: draft.hash, before: before.hash, change: change.direction, by });
      });
    }
    if (json) return terminal.out(JSON.stringify({ ok: true, data: { dataset, hash: draft.hash, before: before.hash, change } }));
    terminal.out(`${dataset}: ${sayings[change.direction]}`);
    for (const { field, direction, says } of change.changes) terminal.out(`  ${field} ${direction}: ${says}`);
    terminal.out(`Hash ${draft.hash}. A running pod applies it within a second; what waits for a review is asked anew.`);
  });
}

/** What was found in the data as it is now; undefined when nobody has looked yet. */
function publishedColumns({ file, store }: Beside, dataset: DatasetConfig): readonly PublishedColumn[] | undefined {
  try {
    return store.schemas.find(dataset.name, fingerprintOf(settled(dataset, file), file.baseDir))?.columns;
  } catch (error) {
    if (!isFault(error)) throw error;
    return undefined;
  }
}

function compared(before: DatasetPolicy, after: DatasetPolicy) {
  const changes = compareDatasetPolicies(before, after);
  return { direction: policyDirection(changes), changes };
}

const sayings: Record<ReturnType<typeof policyDirection>, string> = {
  same: 'the policy says the same as before.',
  tightens: 'the policy is tighter than before.',
  loosens: 'the policy is looser than before.',
  changes: 'the policy is tighter in some respects and looser in others.',
};

/** Asks the last queries again, under what applies and under a draft, and says which would end otherwise. Nothing is released or changed. */
export function policyTest({ config, dataset, policyFile, last, json, terminal }: Common & { policyFile: string; last: number }): Promise<void> {
  const draft = parsePolicy(readPolicyFile(policyFile));
  return beside(config, async (at) => {
    const catalogue = catalogueOf(at, dataset);
    const change = compared(catalogue.policyOf(dataset).policy, draft);
    const results = await replayed(at, catalogue, dataset, draft, last);
    const changed = results.filter(({ now, then }) => now !== then);
    if (json) return terminal.out(JSON.stringify({ ok: true, data: { dataset, change, queries: results.length, changed: changed.length, results } }));
    terminal.out(`${dataset}: ${sayings[change.direction].replace('is', 'would be').replace('says', 'would say')}`);
    terminal.out(results.length === 0 ? 'No query has read it yet.' : `${changed.length} of the last ${results.length} queries would end otherwise.`);
    if (changed.length > 0) terminal.out(tableOf([['asked', 'who', 'now', 'then', 'what'], ...changed.map(({ askedAt, email, now, then, sentence }) => [written(askedAt), email, now, then, sentence.slice(0, 200)])]));
  });
}

async function replayed({ file, pins, store }: Beside, catalogue: Catalogue, dataset: string, draft: DatasetPolicy, last: number): Promise<Replayed[]> {
  const keys = loadPodKeys(file.home);
  const pool = poolOf(file, silent);
  try {
    const publisher = new Publisher({
      file, catalogue, podId: pins.podId, keys, version: podVersion, schemas: store.schemas, log: silent,
      settle: (each) => settled(each, file),
      onSettled: (datasets) => pool.allow(filesOf(datasets, file)),
      inspect: (each) => inspectDataset(pool, each, file.baseDir),
    });
    await publisher.refresh();
    return await replay({ store, catalogue, publisher, pool, secret: keys.secret, baseDir: file.baseDir }, dataset, draft, last);
  } finally {
    await pool.stop();
  }
}
