import { body } from '../../body.ts';
import { sessionOf } from '../../operation.ts';
import type { AlgorithmPodPart } from '../../pod-part.ts';
import { evaluateExamples } from '../../supervised/evaluation.ts';
import { shapeOf } from '../../supervised/layout.ts';
import { modelOf } from '../../supervised/model-of.ts';
import { PodExamples } from '../../supervised/pod-examples.ts';
import { layoutOfTrained, weightsOfTrained } from '../../supervised/trained-model.ts';
import type { ModelEvaluationParams } from './manifest.ts';

/** Encodes the asked part as the model was trained, and judges its predictions. */
export const modelEvaluationPod: AlgorithmPodPart<ModelEvaluationParams> = {
  open(work) {
    const { trained, part } = work.params;
    const taskModel = modelOf(work);
    const layout = layoutOfTrained(trained, work.data.schema, taskModel);
    const model = taskModel.create(shapeOf(layout));
    const weights = weightsOfTrained(trained, model.size);
    const examples = new PodExamples(work.data, layout, trained);
    return sessionOf({ run: () => body({ evaluation: evaluateExamples(model, examples.encoded(part, trained.statistics), weights) }) });
  },
};
