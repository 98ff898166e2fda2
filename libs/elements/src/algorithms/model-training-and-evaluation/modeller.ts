import { Fault } from '@podnet/errors';
import type { Body } from '../../body.ts';
import type { AlgorithmModellerPart } from '../../modeller-part.ts';
import { partOf, pooledReport, readEvaluation } from '../../supervised/evaluation.ts';
import { layoutOf, shapeOf } from '../../supervised/layout.ts';
import { modelOf } from '../../supervised/model-of.ts';
import { declaredEverywhere } from '../../supervised/declared.ts';
import { noisyResults } from '../../supervised/noisy-results.ts';
import { requireNoPrivacyParams } from '../../supervised/privacy-params.ts';
import { planPrivacy, reportOfPlan } from '../../supervised/privacy-plan.ts';
import { layoutOfTrained, trainedModelForm, weightsOfTrained, type TrainedModel } from '../../supervised/trained-model.ts';
import { plannedOf } from './amount.ts';
import type { ModelTrainingAndEvaluationParams } from './manifest.ts';

/** Pools the metrics; the models stay apart, for each is its pod's own. */
export const modelTrainingAndEvaluationModeller: AlgorithmModellerPart<ModelTrainingAndEvaluationParams> = {
  open({ params, model, pods, privacy }) {
    const taskModel = modelOf({ model });
    const schema = pods[0]?.schema ?? [];
    const layout = layoutOf(params, schema, taskModel.learns);
    const created = taskModel.create(shapeOf(layout));
    const { size } = created;
    if (!privacy) requireNoPrivacyParams(params);
    const evaluationOf = ({ json }: Body) => readEvaluation(partOf(json, 'evaluation'), layout);
    const modelIn = ({ json }: Body): TrainedModel => {
      const parsed = trainedModelForm.safeParse(partOf(json, 'model'));
      if (!parsed.success) throw new Fault('envelope.malformed', 'The answer does not fit the task.');
      layoutOfTrained(parsed.data, schema, taskModel);
      weightsOfTrained(parsed.data, size);
      return parsed.data;
    };
    if (privacy) {
      const report = reportOfPlan(privacy, planPrivacy(privacy, plannedOf(params)));
      const declared = declaredEverywhere(layout, pods);
      return { results: noisyResults({ model: created, layout, declared, head: { part: 'test', privacy: report }, ...(params.returnWeights ? { modelIn } : {}) }) };
    }
    return {
      results: {
        accept(body) {
          evaluationOf(body);
          if (params.returnWeights) modelIn(body);
        },
        combine(answers) {
          const { pooled, pods } = pooledReport(answers.map(({ body }) => evaluationOf(body)), answers, layout);
          const shown = params.returnWeights ? pods.map((pod, i) => ({ ...pod, model: modelIn(answers[i]!.body) })) : pods;
          return { summary: { part: 'test', pooled, pods: shown }, arrays: {} };
        },
      },
    };
  },
};
