/**
 * What an executor counted on the way of one plan, against the checkpoints of its analysis. It is for the pod's own judgement and the custodian's
 * record: no number of it leaves the pod as it stands.
 */
export interface Measurement {
  /** In the order of `Analysis.checkpoints`. */
  readonly checkpoints: readonly MeasuredCheckpoint[];
  /** Rows of the answer, as it would be released. */
  readonly rows: number;
  /** Groups that suppression dropped, over all checkpoints. */
  readonly droppedGroups: number;
  /** Sets of units that the answer is about: what has to be remembered when it is released. Only of datasets with a difference rule. */
  readonly sets: readonly ReleasedFamily[];
  /** What the difference rule found: a set that comes too near to one that was released before, to another of its row, or to the whole dataset. One for each dataset is enough. */
  readonly differences: readonly NearMiss[];
  /** Sums of the answer whose largest contributors hold more than the policy's part, by dataset. Only where a policy asks for it. */
  readonly dominated: readonly { readonly dataset: string; readonly column: string }[];
  /** Means of exactly 0 or 1, variances of 0. Only where a policy asks for it. */
  readonly homogeneous: readonly { readonly dataset: string; readonly column: string }[];
}

export interface MeasuredCheckpoint {
  /** In the order of the checkpoint's demands. */
  readonly demands: readonly MeasuredDemand[];
}

export interface MeasuredDemand {
  /** The smallest set: over rows that have the carrier for `every`, over sides that are not empty for `each-side`. Null when there is none. */
  readonly smallest: UnitCount | null;
  /** All rows together; only for `every`. */
  readonly total: UnitCount | null;
}

/** **Units** distinct privacy units. `atLeast`: a bound cleared it, and nobody counted further. */
export interface UnitCount {
  readonly units: number;
  readonly atLeast: boolean;
}

/**
 * Sets of units that were released together, small enough to be kept: of each how many and a keyed sum over their hashes, and once how to make all of them
 * again. Two sets with one size and one sum are the same; sets whose sizes differ by the threshold are far enough apart; what lies between is made again and
 * compared unit by unit.
 */
export interface ReleasedFamily {
  readonly dataset: string;
  /** Version of the dataset that they were made from. Sets of another version cannot be made again: then near is too near. */
  readonly version: string;
  /** `people`, or the columns whose values were looked at, as canonical JSON. */
  readonly feature: string;
  readonly sizes: readonly number[];
  /** Hexadecimal, one for each size. Where a unit is a row, sums of two versions never agree: its number names nobody in another. */
  readonly sums: readonly string[];
  /** The first set is all rows together. */
  readonly hasAll: boolean;
  /** Each of the others is known to share nobody with the rest of them. */
  readonly isApart: boolean;
  /** The plan as JSON with stored frames put in their places, the carrier's id in its analysis, and as JSON of the executor what else decided the sets. */
  readonly recipe: { readonly plan: unknown; readonly carrier: number; readonly making: string | null };
}

export interface NearMiss {
  readonly dataset: string;
  readonly feature: string;
  /** Null: the two could not be compared, and might be near. */
  readonly distance: number | null;
}
