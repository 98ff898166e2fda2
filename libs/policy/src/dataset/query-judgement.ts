import type { Analysis, Measurement } from '@podnet/plan';
import type { RoleName } from '../roles.ts';
import type { Check, Verdict } from '../verdict.ts';
import type { DatasetPolicy, UnsafeHandling } from './dataset-policy.ts';

/** What the judgement of one query looks at. All of it is the pod's own knowledge. */
export interface QueryFacts {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly asker: { readonly userId: string; readonly email: string; readonly role: RoleName; readonly isCustodian: boolean };
  /** The policy of every private dataset under the plan, through stored frames too. */
  readonly policies: ReadonlyMap<string, DatasetPolicy>;
  /** Queries that the modeller was answered from each dataset in the last 24 hours, this one not counted. */
  readonly answered: ReadonlyMap<string, number>;
  readonly analysis: Analysis;
  /** Null: nothing was run (a dry run); then counts are not known, and a check that needs them says so and does not fail. */
  readonly measurement: Measurement | null;
}

/** What the policies of all datasets say to one query. Pure data; the pod carries it out. */
export interface QueryJudgement {
  readonly decision: Verdict['decision'];
  readonly code: Verdict['code'];
  /** Every rule and sub-rule of every dataset, passed or not, with the place in the plan where one failed. Shown to the modeller: no counts. */
  readonly checks: readonly QueryCheck[];
  readonly wouldPass: readonly string[];
  /** Strictest handling among the datasets whose policy failed; null when every one passed. With `log` the answer is released and flagged. */
  readonly handling: UnsafeHandling | null;
  /** One harmless sentence for each failed dataset policy; shown with an answer that was released under `log`. */
  readonly warnings: readonly string[];
}

/** A check of a dataset's policy. `at`: path of the node or expression in the plan. */
export interface QueryCheck extends Check {
  readonly dataset: string;
  readonly at?: string;
  /** Failed, but a group above it passed all the same: it stopped nothing. */
  readonly excused?: true;
}

/** What an executor has to do and count so that the policies can be judged. */
export interface QueryNeeds {
  /** Sets at least this large need not be counted further: the largest threshold that any rule of the dataset names. */
  readonly thresholds: ReadonlyMap<string, number>;
  /** Datasets whose small groups are dropped, and below which size. */
  readonly suppress: ReadonlyMap<string, number>;
  /** Datasets with a difference rule, and its threshold. */
  readonly difference: ReadonlyMap<string, number>;
  readonly dominance: ReadonlyMap<string, { readonly top: number; readonly percent: number }>;
  readonly homogeneity: ReadonlySet<string>;
  /** The coarsest rounding among the policies; null: none. */
  readonly rounding: { readonly counts: number | null; readonly sums: number | null } | null;
}
