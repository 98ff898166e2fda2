import type { Json } from '../builder/expr.ts';
import type { Cell } from '../cell.ts';
import type { ScalarType } from '../column-type.ts';
import type { DeclaredBounds } from './metadata.ts';

/** A key of the groups. */
export interface PrivateKey {
  /** Its column in the rows, and in the noisy table. */
  readonly column: string;
  readonly type: ScalarType;
  /** Every value that is answered for, in order, whether anybody has it or not. Null: a value is shown only when enough units have it. */
  readonly values: readonly Cell[] | null;
}

/** A number of each row that aggregates are made of. Missing where the row has none. */
export interface PrivateValue {
  /** Its column in the rows. */
  readonly column: string;
  /** By interval arithmetic from declared bounds. */
  readonly bounds: DeclaredBounds;
  readonly nullable: boolean;
}

export type PrivateAggregateKind = 'COUNT' | 'COUNT_DISTINCT' | 'SUM' | 'AVG' | 'VARIANCE' | 'STDDEV' | 'QUANTILE';

/** One aggregate of the query, each once however often it stands there. */
export interface PrivateAggregate {
  /** Its column in the noisy table. */
  readonly column: string;
  readonly kind: PrivateAggregateKind;
  /** Index into `values`. Null: rows (COUNT) or privacy units (COUNT_DISTINCT). */
  readonly value: number | null;
  /** Of a QUANTILE: part / whole, whole numbers; 1/2 is the median. */
  readonly quantile?: { readonly part: number; readonly whole: number };
}

/** A query whose aggregates can be answered with noise, taken apart: what is computed on rows, what noise is added to, and what is computed afterwards. */
export interface PrivateQuery {
  /** Names of the datasets that it reads, private ones and public ones. */
  readonly datasets: readonly string[];
  /** The dataset whose units are protected, and whose contribution bounds count. */
  readonly dataset: string;
  /**
   * A plan of single rows: filters, expressions, joins with public tables, totals of each unit. Its columns are `unit` (where the privacy unit is a column), the keys and the
   * values; `row`, which is true, where there is none of them. No row of it is about two units, and how many rows it has says nothing that leaves.
   */
  readonly rows: Json;
  /** Name of the column of `rows` that names the unit; null: every row is its own unit. */
  readonly unit: string | null;
  /** **Units** rows of one unit within one group, and groups of one unit (1 without keys). */
  readonly maxRows: number;
  readonly maxGroups: number;
  /** None: one group of all rows. */
  readonly keys: readonly PrivateKey[];
  /** A key is private: which of its values are shown is decided by noise that costs a delta. */
  readonly needsDelta: boolean;
  readonly values: readonly PrivateValue[];
  readonly aggregates: readonly PrivateAggregate[];
  /** Post-processing: a plan over the noisy table, scanned by the name `noisy`, whose columns are the keys and the aggregates. */
  readonly rest: Json;
  readonly noisy: string;
}
