import type { Model } from '../models/model.ts';
import type { Bounds } from '../training/target-scale.ts';
import { requireUsableWeights } from '../training/train-privately.ts';

/** Scores of two classes are counted in so many bins: few, because the noise of each adds up, and enough for an AUC to about a hundredth. */
export const scoreBins = 16;

/** Ticks to a row in sums of a regression. */
export const ticksPerRow = 2 ** 16;

/**
 * What evaluations that get noise are made of, as whole numbers. One row more or less moves them together by at most `sensitivity` in L1:
 * - two classes: rows by class and bin of the score, (2 × bins); a row is in one cell;
 * - more: rows by class and predicted class, (classes × classes); a row is in one cell;
 * - a regression, in ticks: rows, Σ|t|, Σt², Σu, Σu² with u the target between −1 and 1 by its bounds and t half the error there; each moves
 *   by at most one row's ticks.
 */
export interface EvaluationCells {
  cells: number[];
  sensitivity: number;
}

/** How many cells an evaluation of this model has. */
export const cellCount = ({ learns, outputs }: Pick<Model, 'learns' | 'outputs'>): number => (learns === 'regression' ? 5 : outputs === 2 ? 2 * scoreBins : outputs * outputs);

/**
 * **Shape** as of `evaluateModel`; no rows at all are welcome. `bounds` of a regression's target. Features have to be of usual size: then nothing of the
 * rows can make it throw. **Throws** `usage.invalid`, `data.not-finite` for weights that cannot be used.
 */
export function evaluationCells(model: Model, x: Float64Array, y: Float64Array, weights: Float64Array, bounds: Bounds | null): EvaluationCells {
  requireUsableWeights(weights, model.size);
  const predictions = model.predict(x, weights);
  const cells = new Array<number>(cellCount(model)).fill(0);
  if (model.learns === 'regression') return { cells: regressionCells(cells, y, predictions, bounds!), sensitivity: 5 * ticksPerRow };
  const { outputs } = model;
  for (let i = 0; i < y.length; i++) {
    const at = outputs === 2 ? Math.min(scoreBins - 1, Math.floor(predictions[i]! * scoreBins)) : mostProbable(predictions, i * outputs, outputs);
    cells[y[i]! * (outputs === 2 ? scoreBins : outputs) + at]!++;
  }
  return { cells, sensitivity: 1 };
}

function regressionCells(cells: number[], y: Float64Array, predictions: Float64Array, { lower, upper }: Bounds): number[] {
  const half = (upper - lower) / 2;
  const unit = (value: number): number => (Math.min(upper, Math.max(lower, value)) - lower) / half - 1;
  // To the nearest and never beyond a row's ticks, whatever rounding did before.
  const ticks = (share: number): number => Math.round(Math.max(-1, Math.min(1, share)) * ticksPerRow);
  for (let i = 0; i < y.length; i++) {
    const u = unit(y[i]!);
    const t = Math.abs(unit(predictions[i]!) - u) / 2;
    [1, t, t * t, u, u * u].forEach((share, c) => (cells[c]! += ticks(share)));
  }
  return cells;
}

function mostProbable(probabilities: Float64Array, base: number, classes: number): number {
  let best = 0;
  for (let k = 1; k < classes; k++) if (probabilities[base + k]! > probabilities[base + best]!) best = k;
  return best;
}
