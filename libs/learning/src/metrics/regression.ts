import { Fault } from '@podnet/errors';
import { requireFiniteArray } from '../models/guard.ts';
import { momentsOf, type Moments } from '../moments.ts';
import type { Metrics } from './metric-table.ts';

/** What pools the metrics of a regression exactly. The target travels as moments: Σy² would lose the digits of a large mean. */
export interface RegressionSums {
  /** Σ|ŷ − y| */
  absolute: number;
  /** Σ(ŷ − y)² */
  squared: number;
  target: Moments;
}

/** Metrics of some rows and the sums that pool them exactly. Plain JSON. */
export interface RegressionEvaluation {
  learns: 'regression';
  rows: number;
  metrics: Metrics;
  sums: RegressionSums;
}

/**
 * Judges predicted values. **Shape** both (rows).
 * **Throws** `data.empty` without rows, `usage.invalid` for unequal lengths, `data.not-finite` for values or errors that are not finite.
 */
export function evaluateRegression(y: Float64Array, predictions: Float64Array): RegressionEvaluation {
  const rows = y.length;
  if (rows === 0) throw new Fault('data.empty', 'There are no rows to evaluate.');
  if (predictions.length !== rows) throw new Fault('usage.invalid', 'The predictions are not as many as the rows.', { at: 'predictions' });
  requireFiniteArray(y, 'target');
  requireFiniteArray(predictions, 'predictions');
  let absolute = 0;
  let squared = 0;
  for (let i = 0; i < rows; i++) {
    const error = predictions[i]! - y[i]!;
    absolute += Math.abs(error);
    squared += error * error;
  }
  const sums = { absolute, squared, target: momentsOf(y, Int32Array.from(y, (_, i) => i)) };
  return { learns: 'regression', rows, metrics: regressionMetrics(rows, sums), sums };
}

/** MAE, RMSE, and R² = 1 − Σ(ŷ − y)² / Σ(y − ȳ)², which is null for a target that does not vary. */
export function regressionMetrics(rows: number, { absolute, squared, target }: RegressionSums): Metrics {
  if (![absolute, squared, target.m2].every(Number.isFinite)) throw new Fault('data.not-finite', 'The errors are too large to compute.', { at: 'predictions' });
  const unexplained = target.m2 > 0 ? squared / target.m2 : null;
  const r2 = unexplained === null || !Number.isFinite(unexplained) ? null : 1 - unexplained;
  return { mae: absolute / rows, rmse: Math.sqrt(squared / rows), r2 };
}
