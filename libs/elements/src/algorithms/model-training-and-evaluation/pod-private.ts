import { boundsStatistics } from '@podnet/learning';
import { body } from '../../body.ts';
import { sessionOf } from '../../operation.ts';
import type { AlgorithmSession, AlgorithmWork } from '../../pod-part.ts';
import { answeredOnce } from '../../supervised/answered-once.ts';
import { BoundedExamples } from '../../supervised/bounded-examples.ts';
import { declarationsOf } from '../../supervised/declared.ts';
import { layoutOf, shapeOf } from '../../supervised/layout.ts';
import { modelOf } from '../../supervised/model-of.ts';
import { planPrivacy } from '../../supervised/privacy-plan.ts';
import { evaluateOnce, noisyRows, trainOnce } from '../../supervised/private-work.ts';
import { trainedModel } from '../../supervised/trained-model.ts';
import { plannedOf } from './amount.ts';
import type { ModelTrainingAndEvaluationParams } from './manifest.ts';

/** Trains and evaluates under differential privacy: numbers are scaled by declared bounds, and metrics have noise. */
export function openPrivately(work: AlgorithmWork<ModelTrainingAndEvaluationParams>, privacy: { epsilon: number; delta: number }): AlgorithmSession {
  const { params, data, bits } = work;
  const taskModel = modelOf(work);
  const layout = layoutOf(params, data.schema, taskModel.learns);
  const declared = declarationsOf(layout, data.schema);
  const model = taskModel.create(shapeOf(layout));
  const plan = planPrivacy(privacy, plannedOf(params));
  const examples = new BoundedExamples(data, layout, declared, params);
  const statistics = boundsStatistics(layout.features, declared.boundsOf);
  return sessionOf({
    run: answeredOnce(1, () => {
      const train = examples.encoded('train', statistics);
      const weights = trainOnce(model, train, model.initial(), params.optimiser, plan, noisyRows(train.y.length, plan, bits), declared, bits);
      const evaluation = evaluateOnce(model, examples.encoded('test', statistics), weights, plan, declared, bits);
      return params.returnWeights ? body({ evaluation, model: trainedModel(params, taskModel, layout, statistics, weights) }) : body({ evaluation });
    }),
  });
}
