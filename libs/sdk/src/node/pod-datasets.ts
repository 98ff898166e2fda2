import type { DatasetSourceConfig } from '@podnet/contracts';
import type { PodProgram } from './pod-program.ts';

/** A table or query of a Postgres. */
export interface DatabaseSource {
  /** The environment variable with the address, where the pod starts and here. The address itself is never given. */
  urlEnv: string;
  /** Either a table or view, */
  table?: string;
  /** or one SELECT; then the dataset needs a name. */
  query?: string;
  /** How old the copy of the rows may become while the pod runs: `1h`. */
  refresh?: string;
  /** Larger than this, and no copy is made: `4GiB`. */
  maxSize?: string;
}

export interface AboutDataset {
  /** That of the file or table unless told. */
  name?: string;
  /** One line that modellers read. */
  description?: string;
  /** Path of a YAML file with the policy; without one groups of ten are released, and others are reviewed. */
  policy?: string;
  /** Path of a YAML file with what `pod.yaml` says of a dataset besides: `columns`, `split`, `differential_privacy`. */
  settings?: string;
  /** Columns that exist for nobody but the custodian. */
  ignore?: readonly string[];
  /** In the place of one that was added before. */
  replace?: boolean;
}

/** A CSV or Parquet file, or a database, and what is said of it. */
export type NewDataset = AboutDataset & ({ file: string; postgres?: undefined } | { postgres: DatabaseSource; file?: undefined });

export interface AddedDataset {
  name: string;
  /** How many are published. */
  columns: number;
  /** Hash of the policy. */
  policy: string;
  /** For the custodian's own eyes; they hold no values. */
  warnings: { code: string; at: string; says: string }[];
}

export interface ServedDataset {
  name: string;
  from: 'pod.yaml' | 'added';
  source: DatasetSourceConfig;
  policy: { hash: string; from: 'set' | 'pod.yaml' | 'default' };
  addedAt: string | null;
  addedBy: string | null;
}

export interface RefreshedDataset {
  dataset: string;
  rows: number;
  /** False: the rows are those of the copy before. */
  changed: boolean;
}

/** What a custodian does with the datasets of a pod. A pod that runs notices within a second. */
export function datasetCalls(program: PodProgram) {
  return {
    /** Serves one more; it is read first, and what cannot be read is not added. **Throws** `data.*`, `config.invalid`, `conflict.exists`, `schema.unknown-column`, `usage.*`. */
    async add({ file, postgres, name, description, policy, settings, ignore = [], replace = false }: NewDataset): Promise<AddedDataset> {
      const { urlEnv, table, query, refresh, maxSize } = postgres ?? {};
      const options = { postgres: urlEnv, table, query, refresh, 'max-size': maxSize, name, description, policy, settings, ignore, replace };
      return (await program(['dataset', 'add'], options, file === undefined ? [] : [file])) as AddedDataset;
    },
    /** Those of `pod.yaml`, and those that were added. */
    async list(): Promise<ServedDataset[]> {
      return ((await program(['dataset', 'list'], {})) as { datasets: ServedDataset[] }).datasets;
    },
    /** Serves one that was added no more; what was released from it stays on record. **Throws** `dataset.unknown`, `conflict.state`. */
    async remove(name: string): Promise<void> {
      await program(['dataset', 'remove'], {}, [name]);
    },
    /** Copies the rows of its database anew. **Throws** `dataset.unknown`, `conflict.state`, `data.*`. */
    async refresh(name: string): Promise<RefreshedDataset> {
      return (await program(['refresh'], { dataset: name })) as RefreshedDataset;
    },
  };
}
