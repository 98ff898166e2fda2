import { Fault } from '@podnet/errors';
import type { Moments } from '../moments.ts';
import type { Table } from '../table.ts';
import { codesOf, numbersOf, requireFinite, rowsWhere } from './column-reader.ts';
import type { Feature, FeaturePlan } from './feature-plan.ts';
import { requireFit, type FeatureStatistic, type FeatureStatistics } from './feature-statistics.ts';

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
      kept = rowsWhere(kept, (row) => !Number.isNaN(values[row]!));
    } else {
      const codes = codesOf(table, kept, feature.name, feature.domain);
      kept = rowsWhere(kept, (row) => codes[row]! >= 0);
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
  const write = plan.features.map((feature, f) => writerOf(table, kept, feature, pooled.features[f]!, options.standardise, x, plan.width));
  // Columns become rows: a few rows at a time, so that what is written stays close at hand.
  for (let from = 0; from < kept.length; from += rowsAtOnce) {
    const to = Math.min(from + rowsAtOnce, kept.length);
    for (const writeRows of write) writeRows(from, to);
  }
  return { x, width: plan.width, rows: kept };
}

const rowsAtOnce = 64;

/** Writes one feature of the kept rows `from` … `to` − 1. */
type Writer = (from: number, to: number) => void;

function writerOf(table: Table, rows: Int32Array, feature: Feature, statistic: FeatureStatistic, standardise: boolean, x: Float64Array, width: number): Writer {
  if (feature.kind === 'number') return numberWriter(table, rows, feature, statistic as unknown as Moments, standardise, x, width);
  return categoryWriter(table, rows, feature, (statistic as { counts: number[] }).counts, x, width);
}

function numberWriter(table: Table, rows: Int32Array, { name, offset }: Feature, { count, mean, m2 }: Moments, standardise: boolean, x: Float64Array, width: number): Writer {
  const values = numbersOf(table, name);
  const std = count > 0 ? Math.sqrt(m2 / count) : 0;
  const [shift, factor] = !standardise ? [0, 1] : [mean, std > 0 ? 1 / std : 0];
  return (from, to) => {
    if (writeNumbers(x, from * width + offset, width, values, rows, from, to, mean, shift, factor)) return;
    requireFinite(values, rows, name);
    throw new Fault('data.not-finite', `The column ${name} has a value too far out to standardise.`, { at: name });
  };
}

/** (value − shift) · factor for each row, the mean where there is none. False when one of them is not finite. */
function writeNumbers(x: Float64Array, start: number, width: number, values: Float64Array, rows: Int32Array, from: number, to: number, mean: number, shift: number, factor: number): boolean {
  let allFinite = true;
  for (let i = from, cell = start; i < to; i++, cell += width) {
    const value = values[rows[i]!]!;
    const filled = Number.isNaN(value) ? mean : value;
    // A feature that does not vary: 0 where the value is finite, NaN where it is not. Never −0.
    const encoded = factor === 0 ? filled - filled : (filled - shift) * factor;
    if (!Number.isFinite(encoded)) allFinite = false;
    x[cell] = encoded;
  }
  return allFinite;
}

function categoryWriter(table: Table, rows: Int32Array, { name, offset, domain }: Feature & { kind: 'category' }, counts: number[], x: Float64Array, width: number): Writer {
  const codes = codesOf(table, rows, name, domain);
  const most = Math.max(...counts);
  // The first of equally frequent values; -1 when there is none.
  const usual = most > 0 ? counts.indexOf(most) : -1;
  return (from, to) => {
    for (let i = from, cell = from * width + offset; i < to; i++, cell += width) {
      const code = codes[rows[i]!]!;
      const filled = code < 0 ? usual : code;
      if (filled >= 0) x[cell + filled] = 1;
    }
  };
}
