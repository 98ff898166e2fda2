import { Fault } from '@podnet/errors';
import { evaluateModel, metricNames, poolMetrics, type Evaluation, type Examples, type Model } from '@podnet/learning';
import { z } from 'zod';
import type { PodAnswer } from '../modeller-part.ts';
import { classesOf, type Layout } from './layout.ts';

const count = z.int().min(0);
const metrics = z.partialRecord(z.enum(metricNames), z.number().nullable());

const evaluationForm = z.discriminatedUnion('learns', [
  z.strictObject({ learns: z.literal('classification'), rows: count, metrics, sums: z.strictObject({ confusion: z.array(z.array(count)), logLoss: z.number() }) }),
  z.strictObject({
    learns: z.literal('regression'),
    rows: count,
    metrics,
    sums: z.strictObject({ absolute: z.number(), squared: z.number(), target: z.strictObject({ count, mean: z.number(), m2: z.number() }) }),
  }),
]);

/** **Throws** as `evaluateModel`. */
export const evaluateExamples = (model: Model, { x, y }: Examples, weights: Float64Array): Evaluation => evaluateModel(model, x, y, weights);

/**
 * Reads what a pod sent. Its metrics are worked out again from its sums, so that shown and pooled values agree.
 * **Throws** `envelope.malformed` for what is no evaluation of this layout.
 */
export function readEvaluation(json: unknown, layout: Layout): Evaluation {
  const parsed = evaluationForm.safeParse(json);
  const classes = classesOf(layout);
  if (!parsed.success || (parsed.data.learns === 'classification') !== (classes !== null)) throw malformed();
  if (parsed.data.learns === 'classification' && parsed.data.sums.confusion.length !== classes?.length) throw malformed();
  try {
    return poolMetrics([parsed.data]);
  } catch {
    throw malformed();
  }
}

/** An evaluation as people and programs read it. */
export interface EvaluationReport {
  rows: number;
  metrics: Record<string, number | null>;
  /** Rows that are of the class of the row and were predicted as the class of the column. */
  confusion?: { classes: string[]; counts: number[][] };
}

export function reportOf(evaluation: Evaluation, layout: Layout): EvaluationReport {
  const shown: EvaluationReport = { rows: evaluation.rows, metrics: { ...evaluation.metrics } };
  const classes = classesOf(layout);
  if (evaluation.learns === 'classification' && classes) shown.confusion = { classes, counts: evaluation.sums.confusion };
  return shown;
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
