import { createHash } from 'node:crypto';
import { podDataset, type DatasetConfig } from '@podnet/contracts';
import { policyHashOf, type DatasetPolicy } from '@podnet/policy';
import type { PodFile } from '../config/pod-file.ts';
import type { LocalLog } from '../log/local-log.ts';
import type { AddedDatasets } from '../store/added-datasets.ts';
import type { SetPolicies } from '../store/dataset-policies.ts';
import { parsePolicy } from './parse-policy.ts';

/** The policy of a dataset as it counts now. */
export interface ActivePolicy {
  policy: DatasetPolicy;
  /** Of the policy with every default filled in: what means the same has the same hash. */
  hash: string;
  from: 'set' | 'pod.yaml' | 'default';
}

export interface CatalogueOptions {
  file: PodFile;
  added: Pick<AddedDatasets, 'all'>;
  policies: Pick<SetPolicies, 'active'>;
  log: Pick<LocalLog, 'failure'>;
}

/** What the pod serves now, and under which policies: `pod.yaml`, and above it what was added and set while it ran. */
export class Catalogue {
  private readonly options: CatalogueOptions;
  private known: ReadonlyMap<string, DatasetConfig>;
  private readonly policies = new Map<string, ActivePolicy>();

  constructor(options: CatalogueOptions) {
    this.options = options;
    this.known = this.read();
  }

  /** By name; `pod.yaml` first. */
  get datasets(): readonly DatasetConfig[] {
    return [...this.known.values()];
  }

  find(name: string): DatasetConfig | undefined {
    return this.known.get(name);
  }

  /** Looks again at what was added and set. */
  reload(): void {
    this.known = this.read();
    this.policies.clear();
  }

  policyOf(name: string): ActivePolicy {
    const known = this.policies.get(name) ?? this.readPolicy(name);
    this.policies.set(name, known);
    return known;
  }

  private read(): ReadonlyMap<string, DatasetConfig> {
    const { file, added, log } = this.options;
    const found = new Map(file.config.datasets.map((dataset) => [dataset.name, dataset]));
    for (const { name, config } of added.all()) {
      const read = podDataset.safeParse(config);
      // What pod.yaml names is the custodian's newer word; what another version of the pod has written is left alone.
      if (!read.success) log.failure('dataset.unreadable', read.error, { dataset: name });
      else if (!found.has(name)) found.set(name, read.data);
    }
    return found;
  }

  /** **Throws** when what was set cannot be read any more: a policy that is not understood must not become a weaker one. */
  private readPolicy(name: string): ActivePolicy {
    const set = this.options.policies.active(name);
    const written = set ? set.written : this.known.get(name)?.policy;
    return activePolicy(parsePolicy(written), set ? 'set' : written === undefined ? 'default' : 'pod.yaml');
  }
}

export const activePolicy = (policy: DatasetPolicy, from: ActivePolicy['from']): ActivePolicy => ({ policy, hash: hashOf(policy), from });

const hashOf = (policy: DatasetPolicy): string => policyHashOf(policy, (text) => createHash('sha256').update(text).digest('base64url'));
