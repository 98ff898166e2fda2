import { Fault } from '@podnet/errors';
import { requireLabels } from '../labels.ts';
import { aucOf } from './auc.ts';
import { confusionMetrics, type ConfusionMatrix } from './confusion.ts';
import type { Metrics } from './metric-table.ts';
import { countScores, type ScoreCounts } from './score-counts.ts';

/** Metrics of some rows and the sums that pool them exactly. Plain JSON. */
export interface ClassificationEvaluation {
  learns: 'classification';
  rows: number;
  metrics: Metrics;
  sums: ClassificationSums;
}

export interface ClassificationSums {
  confusion: ConfusionMatrix;
  /** Σ −log p(class of the row) */
  logLoss: number;
  /** Only when asked for by `aucBins`. */
  scores?: ScoreCounts[];
}

export interface ClassificationOptions {
  /**
   * Also count the scores in this many bins, which lets pods pool their AUC closely. The counts tell more of single rows than the
   * other sums do, so the default is not to.
   */
  aucBins?: number;
}

/** Probabilities closer to 0 than this count as this, so that one sure mistake does not cost infinitely much. */
const leastProbability = 1e-15;

/**
 * Judges probabilities against classes. The predicted class is the most probable one, the lower class on a tie.
 * **Shape** `y` (rows) classes; `probabilities` as `Model.predict` returns: (rows) of class 1, or (rows × classes).
 * **Throws** `data.empty` without rows, `usage.invalid` for shapes or labels that do not fit, `data.not-finite` for what is no probability.
 */
export function evaluateClassification(y: Float64Array, probabilities: Float64Array, classes: number, { aucBins }: ClassificationOptions = {}): ClassificationEvaluation {
  const rows = y.length;
  if (rows === 0) throw new Fault('data.empty', 'There are no rows to evaluate.');
  if (!Number.isInteger(classes) || classes < 2) throw new Fault('usage.invalid', 'A classification has at least two classes.', { at: 'classes' });
  if (probabilities.length !== (classes === 2 ? rows : rows * classes)) throw new Fault('usage.invalid', 'The predictions are not as many as the rows.', { at: 'predictions' });
  requireLabels(y, classes);
  if (!probabilities.every((p) => p >= 0 && p <= 1)) throw new Fault('data.not-finite', 'A prediction is not a probability.', { at: 'predictions' });

  const confusion: ConfusionMatrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  let logLoss = 0;
  for (let i = 0; i < rows; i++) {
    const label = y[i]!;
    const predicted = classes === 2 ? Number(probabilities[i]! > 0.5) : mostProbable(probabilities, i * classes, classes);
    confusion[label]![predicted]!++;
    const ofLabel = classes === 2 ? (label === 1 ? probabilities[i]! : 1 - probabilities[i]!) : probabilities[i * classes + label]!;
    logLoss -= Math.log(Math.min(Math.max(ofLabel, leastProbability), 1 - leastProbability));
  }
  const metrics: Metrics = { ...confusionMetrics(confusion), auc: aucOf(y, probabilities, classes), logLoss: logLoss / rows };
  const sums: ClassificationSums = { confusion, logLoss };
  if (aucBins !== undefined) sums.scores = countScores(y, probabilities, classes, aucBins);
  return { learns: 'classification', rows, metrics, sums };
}

function mostProbable(probabilities: Float64Array, base: number, classes: number): number {
  let best = 0;
  for (let k = 1; k < classes; k++) if (probabilities[base + k]! > probabilities[base + best]!) best = k;
  return best;
}
