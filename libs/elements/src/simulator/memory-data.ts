import { Fault } from '@podnet/errors';
import { canonicalValue, splitRows, type Column, type Split, type SplitPercentages } from '@podnet/learning';
import type { PrivateMetadata } from '@podnet/plan';
import type { DataContext, SchemaColumn } from '../pod-part.ts';
import { memoryQueries } from './memory-query.ts';
import type { MemoryRow, MemoryTable } from './memory-row.ts';

export interface MemoryOptions {
  /** Default 70, 10 and 20 percent with seed 1. */
  split?: SplitPercentages | Split;
  /** Default 10, as for a pod. */
  minRows?: number;
  /** Default `data`. */
  dataset?: string;
  /** Other datasets of the pod. */
  others?: Readonly<Record<string, MemoryTable>>;
  /** Fewest rows behind a row of an answer to a plan. Default: none. */
  minSize?: number;
  /** What is declared of the datasets for answers with noise. Default: they have none. */
  metadata?: PrivateMetadata;
}

/** A dataset as pod parts see it, made of rows in memory: what the engine does for files. */
export function memoryData(schema: readonly SchemaColumn[], rows: readonly MemoryRow[], { split, minRows = 10, dataset = 'data', others = {}, minSize, metadata }: MemoryOptions = {}): DataContext {
  const asked = split ?? { train: 70, validation: 10, test: 20, seed: 1 };
  return {
    ...memoryQueries({ tables: { ...others, [dataset]: { schema, rows } }, minSize: minSize ?? null, metadata: metadata ?? null }),
    dataset,
    schema,
    minRows,
    shares: 'seed' in asked ? asked : null,
    split: 'seed' in asked ? splitRows(rows.length, asked) : asked,
    table: (names) => ({ rows: rows.length, columns: names.map((name) => columnOf(name, schema, rows)) }),
  };
}

function columnOf(name: string, schema: readonly SchemaColumn[], rows: readonly MemoryRow[]): Column {
  const published = schema.find((column) => column.name === name);
  if (!published) throw new Fault('schema.unknown-column', 'There is no such column.');
  const cells = rows.map((row) => row[name] ?? '');
  if (published.kind !== 'category') return { kind: 'number', name, values: Float64Array.from(cells, (cell) => (cell === '' ? Number.NaN : Number(cell))) };
  const domain = [...(published.domain ?? [])];
  const codes = new Map(domain.map((value, code) => [canonicalValue(value), code]));
  return { kind: 'category', name, domain, codes: Int32Array.from(cells, (cell) => (cell === '' ? -1 : codes.get(canonicalValue(cell))!)) };
}
