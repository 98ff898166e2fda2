import { z } from 'zod';
import type { Release } from '@podnet/policy';
import type { AlgorithmManifest } from '../../manifest.ts';
import { privacyShape } from '../../supervised/privacy-params.ts';
import { needsStatistics, supervisedNeeds, supervisedShape, trainingShape } from '../../supervised/task-params.ts';

const amount = z.int().min(1).max(100_000);

const params = z
  .strictObject({
    ...supervisedShape,
    ...trainingShape,
    ...privacyShape,
    epochs: amount.optional().describe('Passes over the rows of the pod. Give epochs or steps, one of the two.'),
    steps: amount.optional().describe('Steps of the optimiser. Give epochs or steps, one of the two.'),
    returnWeights: z.boolean().default(false).describe('Whether each pod’s own model leaves it beside its metrics. Roles that see metrics only may not ask for it.'),
  })
  .refine(({ epochs, steps }) => (epochs === undefined) !== (steps === undefined), { error: 'Give epochs or steps, one of the two.', path: ['epochs'] });

export type ModelTrainingAndEvaluationParams = z.output<typeof params>;

export const modelTrainingAndEvaluationManifest = {
  kind: 'algorithm',
  name: 'model-training-and-evaluation',
  version: 1,
  summary: 'Each pod trains a model of its own and evaluates it on its test part; metrics leave, weights only when asked for.',
  params,
  carriedBy: ['results-only'],
  takesModel: true,
  offersPrivacy: true,
  releases(params): readonly Release[] {
    if (!params?.returnWeights) return ['metrics'];
    return needsStatistics(params) ? ['metrics', 'weights', 'statistics'] : ['metrics', 'weights'];
  },
  reads: (params) => supervisedNeeds(params),
} satisfies AlgorithmManifest<ModelTrainingAndEvaluationParams>;
