import type { AlgorithmModellerPart } from '../../modeller-part.ts';
import { partOf, pooledReport, readEvaluation } from '../../supervised/evaluation.ts';
import { shapeOf } from '../../supervised/layout.ts';
import { modelOf } from '../../supervised/model-of.ts';
import { layoutOfTrained, weightsOfTrained } from '../../supervised/trained-model.ts';
import type { ModelEvaluationParams } from './manifest.ts';

/** Pools the evaluations of all pods, and shows each. */
export const modelEvaluationModeller: AlgorithmModellerPart<ModelEvaluationParams> = {
  open({ params: { trained, part }, model, pods }) {
    const taskModel = modelOf({ model });
    const layout = layoutOfTrained(trained, pods[0]?.schema ?? [], taskModel);
    weightsOfTrained(trained, taskModel.create(shapeOf(layout)).size);
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
