import { Fault } from '@podnet/errors';
import { areSoundMoments, mergeMoments, noMoments } from '../moments.ts';
import type { ClassificationEvaluation } from './classification.ts';
import { addConfusions, confusionMetrics, type ConfusionMatrix } from './confusion.ts';
import type { Evaluation } from './evaluate.ts';
import { addScoreCounts, aucOfCounts, type ScoreCounts } from './score-counts.ts';
import { regressionMetrics, type RegressionEvaluation, type RegressionSums } from './regression.ts';

/**
 * The evaluation of several pods as one. Everything but AUC equals that of all rows together (`pooledExactly` in the metric table);
 * AUC is close when every pod counted its scores in the same bins, and otherwise the mean over the pods that have one, weighted by rows. Sums run in the order of the list; sort it by pod.
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
  const scores = poolScores(list);
  const auc = scores ? aucOfCounts(scores) : meanAuc(list);
  const sums = scores ? { confusion, logLoss, scores } : { confusion, logLoss };
  return { learns: 'classification', rows, metrics: { ...confusionMetrics(confusion), auc, logLoss: logLoss / rows }, sums };
}

function meanAuc(list: ClassificationEvaluation[]): number | null {
  const ranked = list.filter(({ metrics }) => typeof metrics.auc === 'number');
  return ranked.length === 0 ? null : total(ranked, ({ metrics, rows }) => metrics.auc! * rows) / total(ranked, ({ rows }) => rows);
}

function poolScores(list: ClassificationEvaluation[]): ScoreCounts[] | undefined {
  const counted = list.flatMap(({ sums }) => (sums.scores ? [sums.scores] : []));
  const bins = counted[0]?.[0]?.positives.length;
  const alike = counted.length === list.length && counted.every((scores) => scores[0]?.positives.length === bins);
  return alike ? addScoreCounts(counted) : undefined;
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
  if (sums.scores && !scoresFit(sums.scores, rows, classes)) return false;
  const shaped = classes >= 2 && confusion.length === classes && confusion.every((row) => row.length === classes && row.every(isCount));
  return shaped && sumOf(confusion) === rows && Number.isFinite(logLoss) && logLoss >= 0 && (auc === null || (auc >= 0 && auc <= 1));
}

function scoresFit(scores: ScoreCounts[], rows: number, classes: number): boolean {
  const bins = scores[0]?.positives.length ?? 0;
  return (
    scores.length === (classes === 2 ? 1 : classes) &&
    scores.every(({ positives, negatives }) => positives.length === bins && negatives.length === bins && [...positives, ...negatives].every(isCount) && sumOf([positives, negatives]) === rows)
  );
}

function sumsFit({ rows, sums: { absolute, squared, target } }: RegressionEvaluation): boolean {
  return [absolute, squared].every((sum) => Number.isFinite(sum) && sum >= 0) && areSoundMoments(target) && target.count === rows;
}

const isCount = (count: number): boolean => Number.isSafeInteger(count) && count >= 0;
const sumOf = (confusion: ConfusionMatrix): number => total(confusion.flat(), (count) => count);
const total = <T>(list: readonly T[], of: (item: T) => number): number => list.reduce((sum, item) => sum + of(item), 0);
