import { Fault } from '@podnet/errors';
import { train, type Examples, type FeatureStatistics, type SplitPart } from '@podnet/learning';
import { body, type Body } from '../../body.ts';
import { sessionOf } from '../../operation.ts';
import type { AlgorithmPodPart, AlgorithmSession, AlgorithmWork } from '../../pod-part.ts';
import { evaluateExamples } from '../../supervised/evaluation.ts';
import { layoutOf, requireSameLayout, shapeOf } from '../../supervised/layout.ts';
import { modelOf } from '../../supervised/model-of.ts';
import { PodExamples } from '../../supervised/pod-examples.ts';
import { requireNoPrivacyParams } from '../../supervised/privacy-params.ts';
import { readStatistics } from '../../supervised/statistics.ts';
import { podSeed } from '../../supervised/pod-seed.ts';
import { evaluationForm, layoutForm, preparationForm, read, trainingForm } from './inputs.ts';
import type { ModelTrainingParams } from './manifest.ts';
import { openPrivately } from './pod-private.ts';

/**
 * `statistics` of the training rows; `prepare` with what was pooled, which encodes them; then any number of `train` and `evaluate`.
 * A session remembers only what `prepare` brought; every other answer is a function of its input.
 */
export const modelTrainingPod: AlgorithmPodPart<ModelTrainingParams> = { open: (work) => (work.privacy ? openPrivately(work, work.privacy) : open(work)) };

/**
 * Test scores are counted in so many bins, which pools the AUC of all pods to about a hundredth. Weights and gradients leave the
 * pods here anyway; algorithms from which metrics alone may leave do not count scores.
 */
const aucBins = 32;

function open(work: AlgorithmWork<ModelTrainingParams>): AlgorithmSession {
  const { params, data } = work;
  requireNoPrivacyParams(params);
  const taskModel = modelOf(work);
  const layout = layoutOf(params, data.schema, taskModel.learns);
  const model = taskModel.create(shapeOf(layout));
  const examples = new PodExamples(data, layout, params);
  const seed = podSeed(params.seed, work.podIndex);
  let pooled: FeatureStatistics | null = null;
  const parts = new Map<SplitPart, Examples>();

  const encoded = (part: SplitPart): Examples => {
    if (!pooled) throw new Fault('conflict.state', 'The pod was asked to compute before it was prepared.');
    let found = parts.get(part);
    if (!found) parts.set(part, (found = examples.encoded(part, pooled)));
    return found;
  };

  const weightsOf = (input: Body): Float64Array => {
    const weights = input.arrays.weights;
    if (weights?.length !== model.size) throw new Fault('envelope.malformed', 'The weights are not as many as the model has.');
    return weights;
  };

  return sessionOf({
    statistics(input) {
      requireSameLayout(layout, read(layoutForm, input).layout);
      return body({ statistics: examples.statistics('train') });
    },
    prepare(input) {
      const asked = read(preparationForm, input);
      requireSameLayout(layout, asked.layout);
      pooled = readStatistics(asked.statistics, layout);
      parts.clear();
      return body({ rows: encoded('train').rows.length });
    },
    train(input) {
      const { round, amount } = read(trainingForm, input);
      const { x, y, rows } = encoded('train');
      const trained = train({ model, x, y, weights: weightsOf(input), optimiser: params.optimiser, amount, seed, round });
      return body({ rows: rows.length, loss: trained.loss }, { weights: trained.weights });
    },
    evaluate(input) {
      const { part } = read(evaluationForm, input);
      return body({ evaluation: evaluateExamples(model, encoded(part), weightsOf(input), part === 'test' ? { aucBins } : {}) });
    },
  });
}
