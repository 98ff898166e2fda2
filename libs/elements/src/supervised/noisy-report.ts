import { Fault } from '@podnet/errors';
import { noisyConfusion, noisyEvaluation, poolNoisy, type Model, type NoisyEvaluation } from '@podnet/learning';
import { z } from 'zod';
import type { PodAnswer } from '../modeller-part.ts';
import type { Declarations } from './declared.ts';
import type { EvaluationReport } from './evaluation.ts';
import { classesOf, type Layout } from './layout.ts';
import { noisyFormOf } from './private-work.ts';

const noisyCellsForm = z.object({ cells: z.array(z.number()).max(100_000_000), noiseStd: z.number().positive() });

/** An evaluation with noise, as people and programs read it. */
export interface NoisyReport extends EvaluationReport {
  noisy: true;
  /** ± at 95 %, of the noise alone. */
  plusMinus: Record<string, number>;
}

/** Reads what a pod sent, or a saved state kept. **Throws** `envelope.malformed` for what is no evaluation with noise of this model. */
export function readNoisyEvaluation(json: unknown, model: Pick<Model, 'learns' | 'outputs'>, declared: Declarations): NoisyEvaluation {
  const { cells: count, ...form } = noisyFormOf(model, declared);
  const parsed = noisyCellsForm.safeParse(json);
  const { cells, noiseStd } = parsed.data ?? { cells: [], noiseStd: 0 };
  if (cells.length !== count || cells.some((cell) => !(Math.abs(cell) < 1e15))) throw new Fault('envelope.malformed', 'The answer does not fit the task.');
  return noisyEvaluation(form, { cells, noiseStd });
}

export function noisyReportOf(evaluation: NoisyEvaluation, layout: Layout): NoisyReport {
  const { rows, metrics, halfWidths } = evaluation;
  const [classes, counts] = [classesOf(layout), noisyConfusion(evaluation)];
  return { noisy: true, rows, metrics: { ...metrics }, plusMinus: { ...halfWidths }, ...(classes && counts ? { confusion: { classes, counts } } : {}) };
}

/** Reports of all pods together and of each. `evaluations` and `answers` are aligned. */
export function pooledNoisyReport(evaluations: readonly NoisyEvaluation[], answers: readonly PodAnswer[], layout: Layout): { pooled: NoisyReport; pods: { pod: string; report: NoisyReport }[] } {
  return {
    pooled: noisyReportOf(poolNoisy(evaluations), layout),
    pods: evaluations.map((evaluation, i) => ({ pod: answers[i]!.podName, report: noisyReportOf(evaluation, layout) })),
  };
}
