import { Fault } from '@podnet/errors';
import type { FeatureStatistics } from '@podnet/learning';
import { boundsStatistics } from '@podnet/learning';
import { body, type Body } from '../../body.ts';
import { sessionOf } from '../../operation.ts';
import type { AlgorithmSession, AlgorithmWork } from '../../pod-part.ts';
import { isSameJson } from '../../same-json.ts';
import { answeredOnce } from '../../supervised/answered-once.ts';
import { BoundedExamples } from '../../supervised/bounded-examples.ts';
import { declarationsOf } from '../../supervised/declared.ts';
import { layoutOf, requireSameLayout, shapeOf } from '../../supervised/layout.ts';
import { modelOf } from '../../supervised/model-of.ts';
import { planPrivacy, plannedWork } from '../../supervised/privacy-plan.ts';
import { evaluateOnce, noisyRows, trainOnce } from '../../supervised/private-work.ts';
import { evaluationForm, preparationForm, read, trainingForm } from './inputs.ts';
import type { ModelTrainingParams } from './manifest.ts';

/**
 * The operations under differential privacy. There are no statistics: numbers are scaled by declared bounds. The budget is split before the first call;
 * answers are given once, and no more of them than planned.
 */
export function openPrivately(work: AlgorithmWork<ModelTrainingParams>, privacy: { epsilon: number; delta: number }): AlgorithmSession {
  const { params, data, bits, calls } = work;
  const taskModel = modelOf(work);
  const layout = layoutOf(params, data.schema, taskModel.learns);
  const declared = declarationsOf(layout, data.schema);
  const model = taskModel.create(shapeOf(layout));
  const planned = plannedWork(calls, params.differentialPrivacy);
  const plan = planPrivacy(privacy, planned);
  const examples = new BoundedExamples(data, layout, declared, params);
  const statistics: FeatureStatistics = boundsStatistics(layout.features, declared.boundsOf);
  const encoded = new Map<string, ReturnType<BoundedExamples['encoded']>>();
  let rows: number | null = null;

  const examplesOf = (part: 'train' | 'validation' | 'test') => {
    let found = encoded.get(part);
    if (!found) encoded.set(part, (found = examples.encoded(part, statistics)));
    return found;
  };
  /** Drawn once: everything that counts rows counts these. */
  const countedRows = (): number => (rows ??= noisyRows(examplesOf('train').y.length, plan, bits));

  const weightsOf = (input: Body): Float64Array => {
    const weights = input.arrays.weights;
    if (weights?.length !== model.size) throw new Fault('envelope.malformed', 'The weights are not as many as the model has.');
    return weights;
  };

  return sessionOf({
    prepare(input) {
      const asked = read(preparationForm, input);
      requireSameLayout(layout, asked.layout);
      if (!isSameJson(statistics, asked.statistics)) throw new Fault('schema.incompatible', 'The declared bounds of this pod are not those that the task was planned with.', { hint: 'The custodians can declare the same bounds in pod.yaml.' });
      return body({ rows: countedRows() });
    },
    train: answeredOnce(planned.training?.calls ?? 0, (input) => {
      const { amount } = read(trainingForm, input);
      if (!isSameJson(amount, planned.training?.amount)) throw new Fault('envelope.malformed', 'The frame does not fit the task.');
      const weights = trainOnce(model, examplesOf('train'), weightsOf(input), params.optimiser, plan, countedRows(), declared, bits);
      return body({ rows: countedRows(), loss: null }, { weights });
    }),
    evaluate: answeredOnce(planned.evaluations, (input) => {
      const { part } = read(evaluationForm, input);
      return body({ evaluation: evaluateOnce(model, examplesOf(part), weightsOf(input), plan, declared, bits) });
    }),
  });
}
