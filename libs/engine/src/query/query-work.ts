import type { DatasetConfig, PublishedColumn } from '@podnet/contracts';
import type { Analysis, Measurement, ReleasedFamily, TypedPlan } from '@podnet/plan';

/** What has to be known of the units of a dataset once, however many queries ask. */
export interface UnitFacts {
  /** The greatest number of rows of one unit. */
  readonly most: number;
  /** The number of units. */
  readonly units: number;
}

/** One thing that a plan scans: a dataset of the pod, or a table that the modeller brought. `facts`: known of this version since before (`Engine.unitFacts`); without them they are counted once for each engine. */
export type QueryTable =
  | { readonly kind: 'dataset'; readonly config: DatasetConfig; readonly schema: readonly PublishedColumn[]; readonly version: string; readonly unit: string | null; readonly facts?: UnitFacts }
  | { readonly kind: 'own'; readonly columns: readonly { readonly name: string; readonly type: string }[]; readonly rows: readonly (readonly unknown[])[] };

/** What the policies want counted and done; the fields are those of `QueryNeeds` in the policy room. */
export interface QueryWork {
  readonly plan: TypedPlan;
  /** The plan as JSON with stored frames put in their places, for recipes of released sets. */
  readonly planJson: unknown;
  readonly analysis: Analysis;
  readonly baseDir: string;
  readonly tables: ReadonlyMap<string, QueryTable>;
  readonly thresholds: ReadonlyMap<string, number>;
  readonly suppress: ReadonlyMap<string, number>;
  readonly difference: ReadonlyMap<string, number>;
  /** Sets released to the same modeller before, of the datasets with a difference rule. */
  readonly released: readonly ReleasedFamily[];
  /**
   * Whether an answer with these counts is refused, whatever the difference rule finds: then no set is made, summed or compared, and no answer is given.
   * Absent: never.
   */
  isRefused?(measurement: Measurement): boolean;
  readonly dominance: ReadonlyMap<string, { readonly top: number; readonly percent: number }>;
  readonly homogeneity: ReadonlySet<string>;
  readonly rounding: { readonly counts: number | null; readonly sums: number | null } | null;
  /** Names of answer columns whose values are nulled. */
  readonly nulled: ReadonlySet<string>;
  /** Secret of the pod: hashes of units and sums over them are keyed with it. */
  readonly key: Uint8Array;
  readonly mostRows: number;
  readonly mostBytes: number;
}

/** **Shape** each column (rows); values as `Cell` of the elements room. */
export interface QueryOutcome {
  readonly columns: readonly { readonly name: string; readonly type: string; readonly values: readonly unknown[] }[];
  readonly rows: number;
  /**
   * The answer is beyond `mostRows` or `mostBytes` and is not here. Judge first: only who may have the answer is told so (`usage.too-large`), or the size
   * of what is refused would show.
   */
  readonly tooLarge: boolean;
  readonly measurement: Measurement;
}
