import type { RuleId } from './flow/rules.ts';
import type { TypedExpression } from './typed.ts';

/**
 * What the contribution analysis asks for, as data. `libs/engine` compiles it into hidden columns of the same lazy plan, `libs/policy` judges
 * the counts. Nothing here depends on a value of the data, and no count is in it.
 */

/**
 * A **carrier** is a hidden column that holds, for every row, a set of privacy units of one dataset. It is born at one node and then goes
 * wherever rows go: row-wise steps keep it, joins put the carriers of both sides side by side (they are never merged, or a known crowd
 * could hide one person), a group-by makes each the union over the rows of the group. After `concat` a row has the carriers of its own
 * branch only; a group-by turns what a group lacks into the empty set, which is not safe.
 */
export interface Carrier {
  readonly id: number;
  readonly kind: CarrierKind;
  /** The private dataset whose units it holds. */
  readonly dataset: string;
  /** Path of the node where it is born. In a plan over stored frames, `@name` leads into the plan of the stored frame. */
  readonly node: string;
  /** Path of the expression it belongs to; null for the carrier of a scan. */
  readonly expression: string | null;
  /** Only where a node keeps one row of many: the column whose value it belongs to. */
  readonly column: string | null;
  /** The carrier of the same rows that it is a part of; null for the carrier of a scan. */
  readonly of: number | null;
  /** Only `side`: marks whose every combination of true and not true is a side. */
  readonly marks: readonly number[];
  /** Only `side`: whether a missing condition is a third side (means, where it leaves the denominator) or counts as not true. */
  readonly missingApart: boolean;
  /** What the difference rule compares it with. */
  readonly feature: Feature;
}

/**
 * - `scan`: the unit of the row.
 * - `contributors`: units with a value that is not missing, of the rows that an aggregate saw.
 * - `side`: units by the combination of conditions inside an aggregate; the set is of pairs (combination, unit).
 * - `alike`: units by the value that a number of different values counts; the set is of pairs (value, unit). That number is a number of groups,
 *   and every group has to be safe.
 * - `sharing`: units whose own value equals the one that an order statistic returns.
 * - `window`: units of all rows of the partition of an aggregate over a window.
 */
export type CarrierKind = 'scan' | 'contributors' | 'side' | 'alike' | 'sharing' | 'window';

/** Which released sets are compared by the difference rule: crowds of people with crowds, those who have a value of a column with the like. */
export type Feature = 'people' | { readonly valuesOf: readonly SourceColumn[] };

/** How a carrier passes at a checkpoint. `every`: at least `min_size` units, none is not enough. `each-side`: each side that is not empty. */
export type Demand = 'every' | 'each-side';

/** A condition as a hidden boolean column: evaluated on the given input of its node, then carried along with the rows. */
export interface Mark {
  readonly id: number;
  readonly node: string;
  readonly input: number;
  readonly condition: MarkCondition;
}

export type MarkCondition =
  | { readonly is: 'true' | 'missing' | 'negative'; readonly of: TypedExpression }
  | { readonly is: 'below' | 'above'; readonly of: TypedExpression; readonly bound: TypedExpression };

/**
 * A place where rows must be safe: `release` at the root; `settle` before a step that lets rows decide over other rows (a HAVING on an
 * aggregate, a rank). What passes a `settle` could be released itself, so everything after it is a function of safe answers and is not
 * counted again. Where `small_groups` says suppress, rows that fail are dropped here.
 */
export interface Checkpoint {
  readonly kind: 'release' | 'settle';
  /** The rows that leave this node. */
  readonly node: string;
  /**
   * Each must meet its demand in every row that has it, and, for `every`, over all rows of the frame together (so that an empty
   * answer is refused too: none and one look alike).
   */
  readonly demands: readonly CarrierDemand[];
}

export interface CarrierDemand {
  readonly carrier: number;
  readonly demand: Demand;
  /** Only order statistics need the policy's consent besides. */
  readonly orderStatistic: boolean;
  /**
   * Bound first: a row of the group-by at `rowsAt` that grouped R rows that carry a unit has at least R ÷ (`timesRows` × greatest number of rows of one unit in the
   * dataset) units. Null: count exactly.
   */
  readonly bound: { readonly rowsAt: string; readonly timesRows: number } | null;
}

/** What is refused whatever the counts are. */
export interface Refusal {
  readonly rule: RuleId;
  /** Path of the node or expression at fault. */
  readonly at: string;
  readonly says: string;
  readonly wouldPass: string;
  /** Datasets whose rows it concerns. */
  readonly datasets: readonly string[];
}

export interface SourceColumn {
  readonly dataset: string;
  readonly column: string;
}

/**
 * What a column of the answer is. `literal`: depends on nobody. `own`: on the modeller's own table only. `row`: somebody's own value, or a window's. `key`: what rows were grouped by.
 * `count`, `aggregate`: of many rows. `order-statistic`: the value of somebody among many.
 */
export type OutputClass = 'literal' | 'own' | 'row' | 'key' | 'count' | 'aggregate' | 'order-statistic';

export interface OutputColumn {
  readonly name: string;
  readonly class: OutputClass;
  /** Source columns its values are made of. */
  readonly value: readonly SourceColumn[];
  /** Source columns that decide which values, rows or order it shows. */
  readonly predicate: readonly SourceColumn[];
  /** Carriers that this column alone brought. */
  readonly carriers: readonly number[];
}

export interface Analysis {
  /** Private datasets under the plan, through stored frames too; the policies of all must pass. */
  readonly datasets: readonly string[];
  /** `rows`: some row of the answer stands for one unit. `groups`: every row stands for a set of units. `open`: nobody is behind it. */
  readonly level: 'rows' | 'groups' | 'open';
  readonly output: readonly OutputColumn[];
  /** Source columns that decided which rows the answer has, and their order: the number of rows is an output too. */
  readonly rows: readonly SourceColumn[];
  readonly refusals: readonly Refusal[];
  readonly carriers: readonly Carrier[];
  readonly marks: readonly Mark[];
  readonly checkpoints: readonly Checkpoint[];
  /** Paths of the nodes whose groups hold rows of one unit of each carrier, so that a group is a row of that unit. */
  readonly keyedGroups: readonly string[];
  /** The greatest known number of rows that one source row becomes before it is grouped or released; null when unbounded. */
  readonly duplication: number | null;
}
