import { Fault } from '@podnet/errors';
import type { Moments } from '../moments.ts';
import type { Table } from '../table.ts';
import { codesOf, numbersOf, requireFinite } from './column-reader.ts';
import type { Feature, FeaturePlan } from './feature-plan.ts';
import { requireFit, type FeatureStatistics } from './feature-statistics.ts';

export interface EncodingOptions {
  /** `impute`: numbers by the pooled mean, categories by the pooled most frequent value. `drop-rows`: rows without a gap only. */
  missing: 'impute' | 'drop-rows';
  /** Numbers and booleans become (value − pooled mean) / pooled standard deviation; one-hot columns stay 0 and 1. */
  standardise: boolean;
}

/** **Shape** `x` is (rows × width), row after row; `rows` are the row numbers of the table that were kept. */
export interface EncodedFeatures {
  x: Float64Array;
  width: number;
  rows: Int32Array;
}

/**
 * Rows that have a value in every feature, in the order given.
 * **Throws** `data.missing-column`, `schema.wrong-kind`, `data.value-not-in-domain`.
 */
export function completeRows(table: Table, rows: Int32Array, plan: FeaturePlan): Int32Array {
  let kept = rows;
  for (const feature of plan.features) {
    if (feature.kind === 'number') {
      const values = numbersOf(table, feature.name);
      kept = kept.filter((row) => !Number.isNaN(values[row]!));
    } else {
      const codes = codesOf(table, kept, feature.name, feature.domain);
      kept = kept.filter((row) => codes[row]! >= 0);
    }
  }
  return kept;
}

/**
 * Turns rows of a table into a matrix of finite numbers; the standard deviation is the population's, √(M₂/n).
 * A feature that does not vary in the pooled statistics is 0 when standardised. A feature no pod has a value for carries nothing
 * and is 0 where it is missing (for a category: no column is 1).
 * **Throws** as `featureStatistics`, and `data.not-finite` for a value so far out that it cannot be standardised.
 */
export function encode(table: Table, rows: Int32Array, plan: FeaturePlan, pooled: FeatureStatistics, options: EncodingOptions): EncodedFeatures {
  requireFit(pooled, plan, 'statistics');
  const kept = options.missing === 'drop-rows' ? completeRows(table, rows, plan) : rows.slice();
  const x = new Float64Array(kept.length * plan.width);
  plan.features.forEach((feature, f) => {
    const statistic = pooled.features[f]!;
    if (feature.kind === 'number') encodeNumber(table, kept, feature, statistic as unknown as Moments, options.standardise, x, plan.width);
    else encodeCategory(table, kept, feature, (statistic as { counts: number[] }).counts, x, plan.width);
  });
  return { x, width: plan.width, rows: kept };
}

function encodeNumber(table: Table, rows: Int32Array, feature: Feature, { count, mean, m2 }: Moments, standardise: boolean, x: Float64Array, width: number): void {
  const values = numbersOf(table, feature.name);
  const std = count > 0 ? Math.sqrt(m2 / count) : 0;
  const inverse = std > 0 ? 1 / std : 0;
  for (let i = 0, cell = feature.offset; i < rows.length; i++, cell += width) {
    const value = values[rows[i]!]!;
    const filled = Number.isNaN(value) ? mean : value;
    // A feature that does not vary: 0 where the value is finite, NaN where it is not.
    const encoded = !standardise ? filled : inverse === 0 ? filled - filled : (filled - mean) * inverse;
    if (!Number.isFinite(encoded)) {
      requireFinite(values, rows, feature.name);
      throw new Fault('data.not-finite', `The column ${feature.name} has a value too far out to standardise.`, { at: feature.name });
    }
    x[cell] = encoded;
  }
}

function encodeCategory(table: Table, rows: Int32Array, feature: Feature & { kind: 'category' }, counts: number[], x: Float64Array, width: number): void {
  const codes = codesOf(table, rows, feature.name, feature.domain);
  const most = Math.max(...counts);
  // The first of equally frequent values; -1 when there is none.
  const usual = most > 0 ? counts.indexOf(most) : -1;
  for (let i = 0, cell = feature.offset; i < rows.length; i++, cell += width) {
    const code = codes[rows[i]!]!;
    const filled = code < 0 ? usual : code;
    if (filled >= 0) x[cell + filled] = 1;
  }
}
