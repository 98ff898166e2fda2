import type { Table } from '../table.ts';
import { completeRows, encode, type EncodingOptions } from './encode.ts';
import type { FeaturePlan } from './feature-plan.ts';
import type { FeatureStatistics } from './feature-statistics.ts';
import { encodeTarget, rowsWithTarget, type TargetPlan } from './target.ts';

/** What a model learns from. **Shape** `x` (rows × width) row after row, `y` (rows), `rows` the row numbers of the table. */
export interface Examples {
  x: Float64Array;
  y: Float64Array;
  width: number;
  rows: Int32Array;
}

/**
 * The rows that serve a model: those with a target and, under `drop-rows`, with every feature.
 * Statistics for standardising are taken from exactly these, so that a pool of pods equals one table.
 */
export function usableRows(table: Table, rows: Int32Array, plan: FeaturePlan, target: TargetPlan, missing: EncodingOptions['missing']): Int32Array {
  const kept = rowsWithTarget(table, rows, target);
  return missing === 'drop-rows' ? completeRows(table, kept, plan) : kept;
}

/** Features and target of the usable rows, aligned. May be empty. **Throws** as `encode` and `encodeTarget`. */
export function encodeExamples(table: Table, rows: Int32Array, plan: FeaturePlan, pooled: FeatureStatistics, target: TargetPlan, options: EncodingOptions): Examples {
  const features = encode(table, rowsWithTarget(table, rows, target), plan, pooled, options);
  return { ...features, y: encodeTarget(table, features.rows, target).y };
}
