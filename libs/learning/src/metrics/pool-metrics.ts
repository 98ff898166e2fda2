import { Fault } from '@podnet/errors';
import { areSoundMoments, mergeMoments, noMoments } from '../moments.ts';
import type { ClassificationEvaluation } from './classification.ts';
import { addConfusions, confusionMetrics, type ConfusionMatrix } from './confusion.ts';
import type { Evaluation } from './evaluate.ts';
import { regressionMetrics, type RegressionEvaluation, type RegressionSums } from './regression.ts';

/**
 * The evaluation of several pods as one. Everything but AUC equals that of all rows together (`pooledExactly` in the metric table);
 * AUC is the mean over the pods that have one, weighted by their rows. Sums run in the order of the list; sort it by pod.
 * **Throws** `data.empty` for an empty list; `usage.invalid` for evaluations that are not of one model or hold impossible numbers;
 * `data.not-finite` for errors that are too large.
 */
export function poolMetrics(list: readonly Evaluation[]): Evaluation {
  const first = list[0];
  if (!first) throw new Fault('data.empty', 'There are no evaluations to pool.');
  list.forEach((evaluation, i) => {
    const sound = evaluation.learns === first.learns && isCount(evaluation.rows) && evaluation.rows > 0;
    const fits = sound && (evaluation.learns === 'classification' ? confusionFits(evaluation, (first as ClassificationEvaluation).sums.confusion.length) : sumsFit(evaluation));
    if (!fits) throw new Fault('usage.invalid', 'An evaluation does not fit the others.', { at: `evaluations[${i}]` });
  });
  return first.learns === 'classification' ? poolClassifications(list as ClassificationEvaluation[]) : poolRegressions(list as RegressionEvaluation[]);
}

function poolClassifications(list: ClassificationEvaluation[]): ClassificationEvaluation {
  const rows = total(list, ({ rows }) => rows);
  const confusion = addConfusions(list.map(({ sums }) => sums.confusion));
  const logLoss = total(list, ({ sums }) => sums.logLoss);
  const ranked = list.filter(({ metrics }) => typeof metrics.auc === 'number');
  const auc = ranked.length === 0 ? null : total(ranked, ({ metrics, rows }) => metrics.auc! * rows) / total(ranked, ({ rows }) => rows);
  return { learns: 'classification', rows, metrics: { ...confusionMetrics(confusion), auc, logLoss: logLoss / rows }, sums: { confusion, logLoss } };
}

function poolRegressions(list: RegressionEvaluation[]): RegressionEvaluation {
  const rows = total(list, ({ rows }) => rows);
  const sums: RegressionSums = {
    absolute: total(list, ({ sums }) => sums.absolute),
    squared: total(list, ({ sums }) => sums.squared),
    target: list.reduce((merged, { sums }) => mergeMoments(merged, sums.target), { ...noMoments }),
  };
  return { learns: 'regression', rows, metrics: regressionMetrics(rows, sums), sums };
}

function confusionFits({ rows, sums, metrics }: ClassificationEvaluation, classes: number): boolean {
  const { confusion, logLoss } = sums;
  const { auc = null } = metrics;
  const shaped = classes >= 2 && confusion.length === classes && confusion.every((row) => row.length === classes && row.every(isCount));
  return shaped && sumOf(confusion) === rows && Number.isFinite(logLoss) && logLoss >= 0 && (auc === null || (auc >= 0 && auc <= 1));
}

function sumsFit({ rows, sums: { absolute, squared, target } }: RegressionEvaluation): boolean {
  return [absolute, squared].every((sum) => Number.isFinite(sum) && sum >= 0) && areSoundMoments(target) && target.count === rows;
}

const isCount = (count: number): boolean => Number.isSafeInteger(count) && count >= 0;
const sumOf = (confusion: ConfusionMatrix): number => total(confusion.flat(), (count) => count);
const total = <T>(list: readonly T[], of: (item: T) => number): number => list.reduce((sum, item) => sum + of(item), 0);
