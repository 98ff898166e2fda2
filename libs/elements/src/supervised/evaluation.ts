import { Fault } from '@podnet/errors';
import { evaluateModel, metricNames, poolMetrics, type ClassificationOptions, type Evaluation, type Examples, type Model } from '@podnet/learning';
import { z } from 'zod';
import type { PodAnswer } from '../modeller-part.ts';
import { classesOf, type Layout } from './layout.ts';

const count = z.int().min(0);
const metrics = z.partialRecord(z.enum(metricNames), z.number().nullable());
const least0 = z.number().min(0);

/** Checked by hand: with many classes it has many cells, and it comes from every pod in every round. */
const confusion = z.custom<number[][]>((value) => {
  if (!Array.isArray(value)) return false;
  const classes = value.length;
  for (const row of value as unknown[]) {
    if (!Array.isArray(row) || row.length !== classes) return false;
    for (let k = 0; k < classes; k++) if (!Number.isSafeInteger(row[k]) || row[k] < 0) return false;
  }
  return true;
});

const scores = z.array(z.strictObject({ positives: z.array(count), negatives: z.array(count) }));

const evaluationForm = z.discriminatedUnion('learns', [
  z.strictObject({ learns: z.literal('classification'), rows: count.min(1), metrics, sums: z.strictObject({ confusion, logLoss: least0, scores: scores.optional() }) }),
  z.strictObject({
    learns: z.literal('regression'),
    rows: count.min(1),
    metrics,
    sums: z.strictObject({ absolute: least0, squared: least0, target: z.strictObject({ count, mean: z.number(), m2: least0 }) }),
  }),
]);

/** **Throws** as `evaluateModel`. */
export const evaluateExamples = (model: Model, { x, y }: Examples, weights: Float64Array, options?: ClassificationOptions): Evaluation => evaluateModel(model, x, y, weights, options);

/** Reads what a pod sent. **Throws** `envelope.malformed` for what is no evaluation of this layout. */
export function readEvaluation(json: unknown, layout: Layout): Evaluation {
  const parsed = evaluationForm.safeParse(json);
  if (!parsed.success || !fits(parsed.data, classesOf(layout))) throw malformed();
  return parsed.data;
}

function fits(evaluation: Evaluation, classes: string[] | null): boolean {
  const { learns, rows, metrics, sums } = evaluation;
  if (learns === 'regression') return classes === null && sums.target.count === rows && (rows > 1 || sums.target.m2 === 0);
  const { auc = null } = metrics;
  let cells = 0;
  for (const row of sums.confusion) for (const cell of row) cells += cell;
  if (sums.confusion.length !== classes?.length || cells !== rows || (auc !== null && (auc < 0 || auc > 1))) return false;
  return sums.scores === undefined || canBePooled(evaluation);
}

function canBePooled(evaluation: Evaluation): boolean {
  try {
    poolMetrics([evaluation]);
    return true;
  } catch {
    return false;
  }
}

/** An evaluation as people and programs read it. */
export interface EvaluationReport {
  rows: number;
  metrics: Record<string, number | null>;
  /** Rows that are of the class of the row and were predicted as the class of the column. */
  confusion?: { classes: string[]; counts: number[][] };
}

/**
 * Metrics are worked out again from the sums, so that what is shown of one pod agrees with what is pooled; an AUC is taken as it
 * is, for the sums do not settle it. **Throws** as `poolMetrics`.
 */
export function reportOf(evaluation: Evaluation, layout: Layout): EvaluationReport {
  const { rows, metrics } = poolMetrics([evaluation]);
  const classes = classesOf(layout);
  if (evaluation.learns !== 'classification' || !classes) return { rows, metrics: { ...metrics } };
  return { rows, metrics: { ...metrics, auc: evaluation.metrics.auc ?? null }, confusion: { classes, counts: evaluation.sums.confusion } };
}

/** Reports of all pods together and of each. `evaluations` and `answers` are aligned. */
export function pooledReport(evaluations: readonly Evaluation[], answers: readonly PodAnswer[], layout: Layout): { pooled: EvaluationReport; pods: { pod: string; report: EvaluationReport }[] } {
  return {
    pooled: reportOf(poolMetrics(evaluations), layout),
    pods: evaluations.map((evaluation, i) => ({ pod: answers[i]!.podName, report: reportOf(evaluation, layout) })),
  };
}

/** One key of an answer. **Throws** `envelope.malformed` when it has none. */
export function partOf(json: unknown, key: string): unknown {
  if (typeof json !== 'object' || json === null || !Object.hasOwn(json, key)) throw malformed();
  return (json as Record<string, unknown>)[key];
}

const malformed = (): Fault => new Fault('envelope.malformed', 'The answer does not fit the task.');
