import type { Model } from '@podnet/learning';
import type { Body } from '../body.ts';
import type { ResultsSide } from '../modeller-part.ts';
import type { Declarations } from './declared.ts';
import { partOf } from './evaluation.ts';
import type { Layout } from './layout.ts';
import { pooledNoisyReport, readNoisyEvaluation } from './noisy-report.ts';
import type { TrainedModel } from './trained-model.ts';

/** One evaluation with noise from each pod, beside its model where that leaves: pooled, and each. `head` begins the summary. */
export function noisyResults({ model, layout, declared, head, modelIn }: {
  model: Model;
  layout: Layout;
  declared: Declarations;
  head: Record<string, unknown>;
  modelIn?: (body: Body) => TrainedModel;
}): ResultsSide {
  const evaluationOf = ({ json }: Body) => readNoisyEvaluation(partOf(json, 'evaluation'), model, declared);
  return {
    accept(body) {
      evaluationOf(body);
      modelIn?.(body);
    },
    combine(answers) {
      const { pooled, pods } = pooledNoisyReport(answers.map(({ body }) => evaluationOf(body)), answers, layout);
      return { summary: { ...head, pooled, pods: modelIn ? pods.map((pod, i) => ({ ...pod, model: modelIn(answers[i]!.body) })) : pods }, arrays: {} };
    },
  };
}
