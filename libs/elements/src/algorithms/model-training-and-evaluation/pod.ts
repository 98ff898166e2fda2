import { train } from '@podnet/learning';
import { body, type Body } from '../../body.ts';
import { sessionOf } from '../../operation.ts';
import type { AlgorithmPodPart, AlgorithmWork } from '../../pod-part.ts';
import { evaluateExamples } from '../../supervised/evaluation.ts';
import { layoutOf, shapeOf } from '../../supervised/layout.ts';
import { modelOf } from '../../supervised/model-of.ts';
import { PodExamples } from '../../supervised/pod-examples.ts';
import { podSeed } from '../../supervised/pod-seed.ts';
import { noStatistics } from '../../supervised/statistics.ts';
import { needsStatistics } from '../../supervised/task-params.ts';
import { trainedModel } from '../../supervised/trained-model.ts';
import type { ModelTrainingAndEvaluationParams } from './manifest.ts';

/** Trains on the pod's own training part, with its own statistics, and judges on its test part. */
export const modelTrainingAndEvaluationPod: AlgorithmPodPart<ModelTrainingAndEvaluationParams> = {
  open: (work) => sessionOf({ run: () => run(work) }),
};

function run(work: AlgorithmWork<ModelTrainingAndEvaluationParams>): Body {
  const { params, data, podIndex } = work;
  const taskModel = modelOf(work);
  const layout = layoutOf(params, data.schema, taskModel.learns);
  const model = taskModel.create(shapeOf(layout));
  const examples = new PodExamples(data, layout, params);
  const statistics = needsStatistics(params) ? examples.statistics('train') : noStatistics(layout);
  const { x, y } = examples.encoded('train', statistics);
  const amount = params.epochs === undefined ? { steps: params.steps! } : { epochs: params.epochs };
  const { weights } = train({ model, x, y, weights: model.initial(), optimiser: params.optimiser, amount, seed: podSeed(params.seed, podIndex), round: 0 });
  const evaluation = evaluateExamples(model, examples.encoded('test', statistics), weights);
  return params.returnWeights ? body({ evaluation, model: trainedModel(params, taskModel, layout, statistics, weights) }) : body({ evaluation });
}
