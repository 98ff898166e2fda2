import type { DatasetConfig, PublishedColumn } from '@podnet/contracts';
import type { DatasetColumn, PrivateAsk, PrivateCounts } from '@podnet/plan';
import { contentHashOf } from './content-hash.ts';
import type { CsvShape } from './csv-shape.ts';
import { inspectSource, type Inspection } from './inspection.ts';
import { loadSource, type Loaded } from './loading.ts';
import { loadLightPolars } from './light-expressions.ts';
import { loadPolars } from './polars.ts';
import { countPrivately } from './private/count-privately.ts';
import type { PrivateSources } from './private/private-rows.ts';
import { CompleteColumns } from './query/complete-columns.ts';
import { PlainTexts } from './query/plain-texts.ts';
import { planColumns } from './query/plan-columns.ts';
import { countUnits, runQuery, type QueryRoom } from './query/run-query.ts';
import type { QueryOutcome, QueryTable, QueryWork, UnitFacts } from './query/query-work.ts';
import { KnownUnits } from './query/unit-facts.ts';
import { openSource } from './source.ts';

/** Reads files as tables. Its faults may name columns; they are for the custodian, and only their code crosses to a modeller. */
export interface Engine {
  /** What a dataset publishes, with the hash of its content. Reads files part by part. **Throws** `data.*`, `config.invalid`. */
  inspect(dataset: DatasetConfig, baseDir: string): Inspection;
  /** Columns as they were published, and the split. **Shape** (all rows) each. **Throws** `data.*`, `schema.wrong-kind`. */
  load(dataset: DatasetConfig, baseDir: string, columns: readonly PublishedColumn[]): Loaded;
  /**
   * Published columns as plans know them: dates with or without times, lists, nothing else that is nested.
   * **Throws** `data.missing-column`, `data.unreadable`.
   */
  planColumns(dataset: DatasetConfig, baseDir: string, schema: readonly PublishedColumn[]): DatasetColumn[];
  /** What queries have to know of a dataset's units, once for each version. **Throws** `data.*`. */
  unitFacts(table: Extract<QueryTable, { kind: 'dataset' }>, baseDir: string): UnitFacts;
  /**
   * Runs a plan, fulfils every obligation of its analysis, and gives the answer with what was counted; whether it may go is the policy's.
   * **Throws** `usage.too-large` for a cross join that would make too many rows, `data.*` for sources that cannot be read.
   */
  query(work: QueryWork): QueryOutcome;
  /**
   * Exact numbers of a private query, under its contribution bounds; nothing of them may leave without noise. **Throws** `plan.*`, `schema.*`, `data.*`,
   * `usage.invalid` for bounds that ticks cannot count.
   */
  countPrivately(ask: PrivateAsk, sources: PrivateSources): PrivateCounts;
}

/** Loads the native library: only the process that computes may call this. */
export async function openEngine(): Promise<Engine> {
  const pl = await loadPolars();
  const light = await loadLightPolars();
  const shapes = new Map<string, CsvShape>();
  const room: QueryRoom = { pl: light, known: new KnownUnits(), plain: new PlainTexts(), complete: new CompleteColumns(), open: ({ config }, baseDir) => openSource(light, config, baseDir, shapes) };
  return {
    inspect: (dataset, baseDir) => ({ ...inspectSource(pl, openSource(pl, dataset, baseDir, shapes), dataset), contentHash: contentHashOf(dataset, baseDir) }),
    load: (dataset, baseDir, columns) => loadSource(pl, openSource(pl, dataset, baseDir, shapes), dataset, columns),
    planColumns: (dataset, baseDir, schema) => planColumns(light, openSource(light, dataset, baseDir, shapes), schema),
    unitFacts: (table, baseDir) => countUnits(room, table, baseDir),
    query: (work) => runQuery(room, work),
    countPrivately: (ask, sources) => countPrivately(room, ask, sources),
  };
}
