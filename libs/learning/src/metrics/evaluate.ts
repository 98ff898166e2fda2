import type { Model } from '../models/model.ts';
import { evaluateClassification, type ClassificationEvaluation, type ClassificationOptions } from './classification.ts';
import { evaluateRegression, type RegressionEvaluation } from './regression.ts';

export type Evaluation = ClassificationEvaluation | RegressionEvaluation;

/**
 * Predicts and judges. **Shape** `x` (rows × width) row after row, `y` (rows), `weights` (model.size).
 * **Throws** as `Model.predict` and the two evaluations; `data.empty` without rows.
 */
export function evaluateModel(model: Model, x: Float64Array, y: Float64Array, weights: Float64Array, options: ClassificationOptions = {}): Evaluation {
  const predictions = model.predict(x, weights);
  return model.learns === 'classification' ? evaluateClassification(y, predictions, model.outputs, options) : evaluateRegression(y, predictions);
}
