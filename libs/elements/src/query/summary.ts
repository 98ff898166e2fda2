import type { ColumnType } from '@podnet/plan';
import type { Answer, Cell, FrameEntry } from './answer.ts';

/** A table as people and programs read it. */
export interface AnswerTable {
  readonly columns: readonly { readonly name: string; readonly type: ColumnType; readonly nulled: boolean }[];
  /** **Shape** (rows, columns). */
  readonly rows: readonly (readonly Cell[])[];
}

/** What one pod answered. */
export interface PodTable extends AnswerTable {
  readonly pod: string;
  readonly suppressed: boolean;
  readonly warnings: readonly string[];
}

/** The outcome of a query: one table for all pods, one for each, or the frames that are kept now. */
export type QuerySummary =
  | (AnswerTable & {
      readonly combine: 'pooled';
      /** Pods whose small groups were left out; their rows are missing in every total here. */
      readonly suppressed: readonly string[];
      readonly warnings: readonly { readonly pod: string; readonly says: string }[];
    })
  | { readonly combine: 'each'; readonly pods: readonly PodTable[] }
  | { readonly kept: string; readonly pods: readonly { readonly pod: string; readonly columns: readonly { readonly name: string; readonly type: ColumnType }[] }[] };

/** The outcome of a look at kept frames, or of the deletion of one. */
export type FramesSummary = { readonly pods: readonly { readonly pod: string; readonly frames: readonly FrameEntry[] }[] } | { readonly deleted: string; readonly pods: readonly string[] };

/** Columns and rows of an answer. */
export const tableOf = ({ rows, columns }: Pick<Answer, 'rows' | 'columns'>): AnswerTable => ({
  columns: columns.map(({ name, type, nulled }) => ({ name, type, nulled })),
  rows: Array.from({ length: rows }, (_, row) => columns.map(({ values }) => values[row]!)),
});
