import type { DatasetConfig, PublishedColumn } from '@podnet/contracts';
import type { CsvShape } from './csv-shape.ts';
import { inspectSource, type Inspection } from './inspection.ts';
import { loadSource, type Loaded } from './loading.ts';
import { loadPolars } from './polars.ts';
import { openSource } from './source.ts';

/** Reads files as tables. Its faults may name columns; they are for the custodian, and only their code crosses to a modeller. */
export interface Engine {
  /** What a dataset publishes. **Throws** `data.*`, `config.invalid`. */
  inspect(dataset: DatasetConfig, baseDir: string): Inspection;
  /** Columns as they were published, and the split. **Shape** (all rows) each. **Throws** `data.*`, `schema.wrong-kind`. */
  load(dataset: DatasetConfig, baseDir: string, columns: readonly PublishedColumn[]): Loaded;
}

/** Loads the native library: only the process that computes may call this. */
export async function openEngine(): Promise<Engine> {
  const pl = await loadPolars();
  const shapes = new Map<string, CsvShape>();
  return {
    inspect: (dataset, baseDir) => inspectSource(pl, openSource(pl, dataset, baseDir, shapes), dataset),
    load: (dataset, baseDir, columns) => loadSource(pl, openSource(pl, dataset, baseDir, shapes), dataset, columns),
  };
}
