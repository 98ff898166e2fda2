import { analysePlan } from './analyse.ts';
import type { SourceColumn } from './obligations.ts';
import type { TypedPlan } from './typed.ts';

/** Where a column of the answer comes from. */
export interface ColumnLineage {
  /** Source columns its values are made of. */
  readonly value: readonly SourceColumn[];
  /** Source columns that decide which values and rows it shows: conditions, keys, order, partners. */
  readonly predicate: readonly SourceColumn[];
}

/** For every column of the answer the columns of datasets that it depends on, through stored frames too. */
export function lineageOf(plan: TypedPlan): ReadonlyMap<string, ColumnLineage> {
  return new Map(analysePlan(plan).output.map(({ name, value, predicate }) => [name, { value, predicate }]));
}
