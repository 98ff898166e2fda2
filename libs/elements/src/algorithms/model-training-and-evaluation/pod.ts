import { train } from '@podnet/learning';
import { body, type Body } from '../../body.ts';
import { sessionOf } from '../../operation.ts';
import type { AlgorithmPodPart, AlgorithmWork } from '../../pod-part.ts';
import { evaluateExamples } from '../../supervised/evaluation.ts';
import { layoutOf, shapeOf } from '../../supervised/layout.ts';
import { modelOf } from '../../supervised/model-of.ts';
import { PodExamples } from '../../supervised/pod-examples.ts';
import { podSeed } from '../../supervised/pod-seed.ts';
import { requireNoPrivacyParams } from '../../supervised/privacy-params.ts';
import { noStatistics } from '../../supervised/statistics.ts';
import { needsStatistics } from '../../supervised/task-params.ts';
import { trainedModel } from '../../supervised/trained-model.ts';
import { amountOf } from './amount.ts';
import type { ModelTrainingAndEvaluationParams } from './manifest.ts';
import { openPrivately } from './pod-private.ts';

/** Trains on the pod's own training part, with its own statistics, and judges on its test part. */
export const modelTrainingAndEvaluationPod: AlgorithmPodPart<ModelTrainingAndEvaluationParams> = {
  open(work) {
    if (work.privacy) return openPrivately(work, work.privacy);
    requireNoPrivacyParams(work.params);
    return sessionOf({ run: () => run(work) });
  },
};

function run(work: AlgorithmWork<ModelTrainingAndEvaluationParams>): Body {
  const { params, data, podIndex } = work;
  const taskModel = modelOf(work);
  const layout = layoutOf(params, data.schema, taskModel.learns);
  const model = taskModel.create(shapeOf(layout));
  const examples = new PodExamples(data, layout, params);
  const statistics = needsStatistics(params) ? examples.statistics('train') : noStatistics(layout);
  const { x, y } = examples.encoded('train', statistics);
  const { weights } = train({ model, x, y, weights: model.initial(), optimiser: params.optimiser, amount: amountOf(params), seed: podSeed(params.seed, podIndex), round: 0 });
  const evaluation = evaluateExamples(model, examples.encoded('test', statistics), weights);
  return params.returnWeights ? body({ evaluation, model: trainedModel(params, taskModel, layout, statistics, weights) }) : body({ evaluation });
}
