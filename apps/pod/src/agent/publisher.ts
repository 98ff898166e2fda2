import { podCard, publishedSchema, typ, type DatasetConfig, type PublishedSchema } from '@podnet/contracts';
import { fingerprintOf, type Inspection } from '@podnet/engine';
import { canonicalJson, publicHalf, sha256Base64url, sign } from '@podnet/envelope';
import { toFault, type Fault } from '@podnet/errors';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { withDeclarations } from '../catalogue/published-privacy.ts';
import type { PodFile } from '../config/pod-file.ts';
import { keyedVersion, type PodKeys } from '../home/pod-keys.ts';
import type { LocalLog } from '../log/local-log.ts';
import type { StoredSchemas } from '../store/schemas.ts';

/** A dataset as it is served now. */
export interface Served {
  dataset: DatasetConfig;
  /** Of the files as they were looked at. Files that are written anew with the same content have another one, and the version that they had. */
  fingerprint: string;
  schema: PublishedSchema;
  /** The column that names whom rows are about, by the policy that counts now; null: every row is about somebody of its own. */
  privacyUnit: string | null;
}

export interface PublisherOptions {
  file: PodFile;
  catalogue: Pick<Catalogue, 'datasets' | 'policyOf'>;
  podId: string;
  keys: PodKeys;
  version: string;
  schemas: StoredSchemas;
  /** The dataset with its files named one by one. */
  settle(dataset: DatasetConfig): DatasetConfig;
  /** What is settled now is all that may be read. */
  onSettled?(datasets: readonly DatasetConfig[]): void;
  inspect(dataset: DatasetConfig): Promise<Inspection>;
  log: LocalLog;
  now?: () => number;
}

/** What the pod says about its datasets: looked at only when a file or its configuration has changed. */
export class Publisher {
  private readonly served = new Map<string, Served>();
  /** What was found in the files that are served, before anything declared is put beside it. */
  private readonly found = new Map<string, PublishedSchema>();
  /** Datasets that cannot be served, with the state of the file for which that was found out. */
  private readonly broken = new Map<string, { fingerprint: string; fault: Fault }>();
  private readonly options: PublisherOptions;
  private looking: Promise<void> = Promise.resolve();

  constructor(options: PublisherOptions) {
    this.options = options;
  }

  find(dataset: string): Served | undefined {
    return this.served.get(dataset);
  }

  /** Changes whenever something else is served. */
  get state(): string {
    return [...this.served.values()].map(({ schema }) => canonicalJson(schema)).sort().join();
  }

  /** Why datasets are not served. For the custodian's eyes. */
  get faults(): ReadonlyMap<string, Fault> {
    return new Map([...this.broken].map(([name, { fault }]) => [name, fault]));
  }

  /** Looks whether files have changed. One look at a time. */
  refresh(): Promise<void> {
    this.looking = this.looking.then(() => this.look());
    return this.looking;
  }

  private async look(): Promise<void> {
    const { settle } = this.options;
    const { datasets } = this.options.catalogue;
    const names = new Set(datasets.map(({ name }) => name));
    // Removed while the pod ran.
    for (const known of [this.served, this.found, this.broken]) for (const name of known.keys()) if (!names.has(name)) known.delete(name);
    const looked = datasets.map((dataset) => {
      try {
        return { dataset, settled: settle(dataset) };
      } catch (error) {
        return { dataset, error };
      }
    });
    this.options.onSettled?.(looked.map(({ dataset, settled }) => (settled && !('postgres' in dataset.source) ? settled : dataset)));
    await Promise.all(looked.map(({ dataset, settled, error }) => this.lookAt(dataset.name, settled, error)));
  }

  private async lookAt(name: string, dataset: DatasetConfig | undefined, unsettled: unknown): Promise<void> {
    const { file, schemas, inspect, log, keys } = this.options;
    let fingerprint = '';
    try {
      if (!dataset) throw unsettled;
      fingerprint = fingerprintOf(dataset, file.baseDir);
      if (this.broken.get(name)?.fingerprint === fingerprint) return;
      let schema = (this.served.get(name)?.fingerprint === fingerprint ? this.found.get(name) : undefined) ?? schemas.find(name, fingerprint);
      if (!schema) {
        const { columns, parts, warnings, contentHash } = await inspect(dataset);
        log.note('dataset.inspected', { dataset: name, columns: columns.length });
        for (const warning of warnings) log.note('dataset.warning', { dataset: name, ...warning });
        schema = publishedSchema.parse({ dataset: name, ...(dataset.description ? { description: dataset.description } : {}), version: keyedVersion(keys.secret, contentHash), columns, parts });
        schemas.save(fingerprint, schema);
      }
      this.broken.delete(name);
      this.found.set(name, schema);
      const { policy } = this.options.catalogue.policyOf(name);
      this.served.set(name, { dataset, fingerprint, schema: withDeclarations(schema, dataset, policy), privacyUnit: policy.privacyUnit });
    } catch (error) {
      const fault = toFault(error);
      const known = this.broken.get(name);
      if (known?.fault.code !== fault.code || known.fingerprint !== fingerprint) log.failure('dataset.broken', error, { dataset: name });
      // A failure of the runner says nothing about the file: it is looked at again next time.
      this.broken.set(name, { fingerprint: fault.code.startsWith('runner.') ? '' : fingerprint, fault });
      this.served.delete(name);
    }
  }

  /** The signed card, and exactly the schemas that it names. */
  async card(): Promise<{ card: string; schemas: PublishedSchema[] }> {
    const { podId, keys, version, now = Date.now } = this.options;
    const schemas = [...this.served.values()].map(({ schema }) => schema);
    const datasets = await Promise.all(schemas.map(async (schema) => ({ name: schema.dataset, schemaHash: await sha256Base64url(canonicalJson(schema)), version: schema.version })));
    const payload = podCard.parse({ v: 1, podId, keys: publicHalf(keys.pair), datasets, version, issuedAt: now() });
    return { card: await sign({ typ: typ.podCard, payload, key: keys.pair.signing }), schemas };
  }
}
