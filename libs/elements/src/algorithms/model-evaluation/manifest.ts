import { z } from 'zod';
import type { AlgorithmManifest } from '../../manifest.ts';
import { trainedModelForm, trainedNeeds } from '../../supervised/trained-model.ts';

const params = z.strictObject({
  trained: trainedModelForm.describe('The object `model` of a finished training: weights with all that is needed to apply them.'),
  part: z.enum(['train', 'validation', 'test']).default('test').describe('Rows to evaluate on.'),
});

export type ModelEvaluationParams = z.output<typeof params>;

export const modelEvaluationManifest = {
  kind: 'algorithm',
  name: 'model-evaluation',
  version: 1,
  summary: 'Evaluates given weights on each pod; metrics leave and nothing else.',
  params,
  carriedBy: ['results-only'],
  takesModel: true,
  offersPrivacy: true,
  releases: () => ['metrics'],
  reads: ({ trained }) => trainedNeeds(trained, 'algorithm.trained'),
} satisfies AlgorithmManifest<ModelEvaluationParams>;
