import type { Answer } from '@podnet/elements';
import type { Measurement, OutputClass, SourceColumn } from '@podnet/plan';
import type { QueryJudgement } from '@podnet/policy';

/**
 * What the runner tells the agent of one query, beside its answer: for the judgement to be carried out, for the custodian and for the record.
 * The modeller gets none of it but the judgement's own sentences.
 */
export interface QueryRecord {
  /** Digest of what is asked, over which versions, under which policies, by whom: the same question has the same answer. */
  question: string;
  /** The plan as JSON text, with stored frames put in their places. */
  plan: string;
  /** Small tables of the modeller, by the names that the plan has for them. */
  tables: unknown;
  /** One sentence. */
  sentence: string;
  tree: string;
  /** Private datasets under the plan: which state of each, and under which policy. */
  sources: readonly QuerySource[];
  /** Columns that the answer depends on, in whatever way. */
  used: readonly SourceColumn[];
  /** Columns of the answer. */
  revealed: readonly RevealedColumn[];
  judgement: QueryJudgement;
  /** Null: the judgement did not need it, or it comes from an answer that was given before. */
  measurement: Measurement | null;
  /** Units behind the rows that are released. */
  units: readonly UnitsBehind[];
  /** What would leave. Null: nothing. */
  answer: Answer | null;
}

export interface QuerySource {
  dataset: string;
  version: string;
  policyHash: string;
}

export interface RevealedColumn {
  name: string;
  class: OutputClass;
  /** Columns of datasets that its values are made of. */
  from: readonly SourceColumn[];
  nulled: boolean;
}

/** Distinct units of one dataset: the smallest crowd behind a released row, and all rows together. `atLeast`: nobody counted further. */
export interface UnitsBehind {
  dataset: string;
  smallest: { units: number; atLeast: boolean } | null;
  total: { units: number; atLeast: boolean } | null;
}

/** What the runner tells the agent of a plan that is to be kept. */
export interface KeptPlan {
  name: string;
  hours: number;
  /** With stored frames put in their places, and own tables under names of their content. */
  plan: unknown;
  tables: unknown;
  /** Version of every dataset under it. */
  versions: Readonly<Record<string, string>>;
  /** Every policy under it lets derived frames outlive the pod's process. */
  savable: boolean;
  sentence: string;
}

/** What the runner tells the agent of an assignment that was about frames themselves. `delete`: it is still to be done. */
export type FramesDone = { do: 'list'; names: readonly string[] } | { do: 'delete'; name: string };
