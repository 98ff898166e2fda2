import type { AlgorithmModellerPart } from '../../modeller-part.ts';
import { partOf, pooledReport, readEvaluation } from '../../supervised/evaluation.ts';
import { shapeOf } from '../../supervised/layout.ts';
import { modelOf } from '../../supervised/model-of.ts';
import { declaredEverywhere } from '../../supervised/declared.ts';
import { noisyResults } from '../../supervised/noisy-results.ts';
import { onlyEvaluation, planPrivacy, reportOfPlan } from '../../supervised/privacy-plan.ts';
import { layoutOfTrained, weightsOfTrained } from '../../supervised/trained-model.ts';
import type { ModelEvaluationParams } from './manifest.ts';

/** Pools the evaluations of all pods, and shows each. */
export const modelEvaluationModeller: AlgorithmModellerPart<ModelEvaluationParams> = {
  open({ params: { trained, part }, model, pods, privacy }) {
    const taskModel = modelOf({ model });
    const layout = layoutOfTrained(trained, pods[0]?.schema ?? [], taskModel);
    const created = taskModel.create(shapeOf(layout));
    weightsOfTrained(trained, created.size);
    if (privacy) {
      const report = reportOfPlan(privacy, planPrivacy(privacy, onlyEvaluation));
      return { results: noisyResults({ model: created, layout, declared: declaredEverywhere(layout, pods, 'algorithm.trained'), head: { part, privacy: report } }) };
    }
    return {
      results: {
        accept: ({ json }) => void readEvaluation(partOf(json, 'evaluation'), layout),
        combine(answers) {
          const evaluations = answers.map(({ body }) => readEvaluation(partOf(body.json, 'evaluation'), layout));
          return { summary: { part, ...pooledReport(evaluations, answers, layout) }, arrays: {} };
        },
      },
    };
  },
};
