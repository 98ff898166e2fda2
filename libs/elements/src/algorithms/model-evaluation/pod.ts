import { body } from '../../body.ts';
import { sessionOf } from '../../operation.ts';
import type { AlgorithmPodPart } from '../../pod-part.ts';
import { answeredOnce } from '../../supervised/answered-once.ts';
import { BoundedExamples } from '../../supervised/bounded-examples.ts';
import { declarationsOf } from '../../supervised/declared.ts';
import { evaluateExamples } from '../../supervised/evaluation.ts';
import { shapeOf } from '../../supervised/layout.ts';
import { modelOf } from '../../supervised/model-of.ts';
import { PodExamples } from '../../supervised/pod-examples.ts';
import { onlyEvaluation, planPrivacy } from '../../supervised/privacy-plan.ts';
import { evaluateOnce } from '../../supervised/private-work.ts';
import { layoutOfTrained, weightsOfTrained } from '../../supervised/trained-model.ts';
import type { ModelEvaluationParams } from './manifest.ts';

/** Encodes the asked part as the model was trained, and judges its predictions; with noise, which takes the whole of the task's privacy, where privacy is asked for. */
export const modelEvaluationPod: AlgorithmPodPart<ModelEvaluationParams> = {
  open(work) {
    const { trained, part } = work.params;
    const taskModel = modelOf(work);
    const layout = layoutOfTrained(trained, work.data.schema, taskModel);
    const model = taskModel.create(shapeOf(layout));
    const weights = weightsOfTrained(trained, model.size);
    if (work.privacy) {
      const declared = declarationsOf(layout, work.data.schema, 'algorithm.trained');
      const plan = planPrivacy(work.privacy, onlyEvaluation);
      const examples = new BoundedExamples(work.data, layout, declared, trained);
      return sessionOf({ run: answeredOnce(1, () => body({ evaluation: evaluateOnce(model, examples.encoded(part, trained.statistics), weights, plan, declared, work.bits) })) });
    }
    const examples = new PodExamples(work.data, layout, trained);
    return sessionOf({ run: () => body({ evaluation: evaluateExamples(model, examples.encoded(part, trained.statistics), weights) }) });
  },
};
