import type { SchemaColumn } from '../pod-part.ts';

/** A row of a table in memory; null, undefined and the empty text are missing. */
export type MemoryRow = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface MemoryTable {
  schema: readonly SchemaColumn[];
  rows: readonly MemoryRow[];
}
