/**
 * The area under the ROC curve: how often a row of class 1 scores higher than one of class 0, ties counting half (midranks).
 * **Shape** both (rows of the class). Null when a class has no rows.
 * **Source** Hanley, McNeil 1982: AUC is the Mann–Whitney statistic U / (n₁·n₀); here by merging the two sorted lists.
 */
export function areaUnderCurve(positives: Float64Array, negatives: Float64Array): number | null {
  if (positives.length === 0 || negatives.length === 0) return null;
  const high = positives.slice().sort();
  const low = negatives.slice().sort();
  let below = 0;
  let upTo = 0;
  let doubled = 0;
  for (const score of high) {
    while (below < low.length && low[below]! < score) below++;
    while (upTo < low.length && low[upTo]! <= score) upTo++;
    doubled += below + upTo;
  }
  return doubled / 2 / high.length / low.length;
}

/**
 * AUC of predictions: of class 1 for two classes, otherwise the mean of each class against the rest, over the classes for which
 * both sides have rows. **Shape** as `Model.predict` returns. Null when there is no such class.
 */
export function aucOf(y: Float64Array, probabilities: Float64Array, classes: number): number | null {
  if (classes === 2) return areaUnderCurve(probabilities.filter((_, i) => y[i] === 1), probabilities.filter((_, i) => y[i] === 0));
  let sum = 0;
  let defined = 0;
  for (let k = 0; k < classes; k++) {
    const scores = Float64Array.from(y, (_, i) => probabilities[i * classes + k]!);
    const area = areaUnderCurve(scores.filter((_, i) => y[i] === k), scores.filter((_, i) => y[i] !== k));
    if (area === null) continue;
    sum += area;
    defined++;
  }
  return defined === 0 ? null : sum / defined;
}
