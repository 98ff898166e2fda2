/** What there is to know of a metric. */
export interface MetricDescriptor {
  name: MetricName;
  title: string;
  /** Whether a good model has a higher or lower value. */
  goal: 'higher' | 'lower';
  learns: 'classification' | 'regression';
  /** Whether the pooled value is that of all rows together; otherwise see `poolMetrics`. */
  pooledExactly: boolean;
}

export const metricNames = ['accuracy', 'balancedAccuracy', 'auc', 'logLoss', 'precision', 'recall', 'f1', 'mae', 'rmse', 'r2'] as const;

export type MetricName = (typeof metricNames)[number];

/** Values by name; null where a metric is undefined for these rows (AUC of one class, R² of a constant), never NaN. */
export type Metrics = Partial<Record<MetricName, number | null>>;

export const metricTable: readonly MetricDescriptor[] = [
  { name: 'accuracy', title: 'Accuracy', goal: 'higher', learns: 'classification', pooledExactly: true },
  { name: 'balancedAccuracy', title: 'Balanced accuracy', goal: 'higher', learns: 'classification', pooledExactly: true },
  { name: 'auc', title: 'AUC', goal: 'higher', learns: 'classification', pooledExactly: false },
  { name: 'logLoss', title: 'Log loss', goal: 'lower', learns: 'classification', pooledExactly: true },
  { name: 'precision', title: 'Precision', goal: 'higher', learns: 'classification', pooledExactly: true },
  { name: 'recall', title: 'Recall', goal: 'higher', learns: 'classification', pooledExactly: true },
  { name: 'f1', title: 'F1', goal: 'higher', learns: 'classification', pooledExactly: true },
  { name: 'mae', title: 'Mean absolute error', goal: 'lower', learns: 'regression', pooledExactly: true },
  { name: 'rmse', title: 'Root mean squared error', goal: 'lower', learns: 'regression', pooledExactly: true },
  { name: 'r2', title: 'R²', goal: 'higher', learns: 'regression', pooledExactly: true },
];

/** True when `candidate` is better than `best` by more than `margin`; an undefined value is never better, and anything beats none. */
export function isBetter(name: MetricName, candidate: number | null | undefined, best: number | null | undefined, margin = 0): boolean {
  if (candidate === null || candidate === undefined) return false;
  if (best === null || best === undefined) return true;
  const goal = metricTable.find((metric) => metric.name === name)!.goal;
  return goal === 'higher' ? candidate > best + margin : candidate < best - margin;
}
