import type { Cell } from '../cell.ts';
import type { PrivateQuery } from './private-query.ts';

/** One integer for each group. Values become ticks first: x → round(clamp(x) ÷ granularity), one row at a time; a row without a value counts in none of its measures. */
export type PrivateMeasure =
  | { readonly measure: 'rows' }
  | { readonly measure: 'units' }
  /** Rows that have the value. */
  | { readonly measure: 'present'; readonly value: number }
  /** Σ (ticks − origin). */
  | { readonly measure: 'sum'; readonly value: number; readonly origin: number }
  /** Σ ((ticks − origin)² − squareOrigin). */
  | { readonly measure: 'squares'; readonly value: number; readonly origin: number; readonly squareOrigin: number }
  /** All ticks, ascending: what quantiles are chosen from. */
  | { readonly measure: 'sorted'; readonly value: number };

/** What is asked of the data: nothing of the answer may leave without noise. */
export interface PrivateAsk {
  readonly query: PrivateQuery;
  readonly measures: readonly PrivateMeasure[];
}

/** Exact numbers under contribution bounds. */
export interface PrivateCounts {
  /**
   * Groups, by their keys in the order of the query, sorted by key. Where a key has public values only those: rows of other values are left out before
   * anything is counted. Groups without rows are not in it.
   */
  readonly groups: readonly {
    readonly key: readonly Cell[];
    /** **Shape** (measures). `sorted` gives its ticks. */
    readonly measured: readonly (bigint | Float64Array)[];
  }[];
  /** Distinct units behind each combination of private keys (in the order of the query's private keys), after contribution bounds; empty without private keys. */
  readonly privateKeys: readonly { readonly key: readonly Cell[]; readonly units: number }[];
}
