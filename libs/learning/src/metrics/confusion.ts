import type { Metrics } from './metric-table.ts';

/** **Shape** (classes × classes): rows that are of the class of the row and were predicted as the class of the column. */
export type ConfusionMatrix = number[][];

/**
 * The metrics that a confusion matrix settles. Precision, recall and F1 are those of class 1 when there are two classes; otherwise
 * they, like balanced accuracy, are means over the classes that occur (one that was never predicted has a precision of 0).
 * Null where the denominator is 0.
 */
export function confusionMetrics(confusion: ConfusionMatrix): Pick<Metrics, 'accuracy' | 'balancedAccuracy' | 'precision' | 'recall' | 'f1'> {
  const classes = confusion.map((_, k) => countsOf(confusion, k));
  const rows = classes.reduce((sum, { actual }) => sum + actual, 0);
  const correct = classes.reduce((sum, { hits }) => sum + hits, 0);
  const occurring = classes.filter(({ actual }) => actual > 0);
  const recall = mean(occurring.map(({ hits, actual }) => hits / actual));
  const shared = { accuracy: ratio(correct, rows), balancedAccuracy: recall };
  const positive = classes[1];
  if (classes.length === 2 && positive) {
    const { hits, actual, predicted } = positive;
    return { ...shared, precision: ratio(hits, predicted), recall: ratio(hits, actual), f1: ratio(2 * hits, actual + predicted) };
  }
  return {
    ...shared,
    precision: mean(occurring.map(({ hits, predicted }) => ratio(hits, predicted) ?? 0)),
    recall,
    f1: mean(occurring.map(({ hits, actual, predicted }) => (2 * hits) / (actual + predicted))),
  };
}

/** The sum of matrices of equal shape. */
export function addConfusions(list: readonly ConfusionMatrix[]): ConfusionMatrix {
  return (list[0] ?? []).map((row, i) => row.map((_, j) => list.reduce((sum, matrix) => sum + matrix[i]![j]!, 0)));
}

function countsOf(confusion: ConfusionMatrix, k: number): { hits: number; actual: number; predicted: number } {
  return {
    hits: confusion[k]![k]!,
    actual: confusion[k]!.reduce((sum, count) => sum + count, 0),
    predicted: confusion.reduce((sum, row) => sum + row[k]!, 0),
  };
}

const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

const mean = (values: number[]): number | null => ratio(values.reduce((sum, value) => sum + value, 0), values.length);
