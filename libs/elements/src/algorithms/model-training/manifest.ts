import { z } from 'zod';
import type { Release } from '@podnet/policy';
import type { AlgorithmManifest } from '../../manifest.ts';
import { privacyShape } from '../../supervised/privacy-params.ts';
import { needsStatistics, supervisedNeeds, supervisedShape, trainingShape } from '../../supervised/task-params.ts';

const params = z.strictObject({ ...supervisedShape, ...trainingShape, ...privacyShape });

export type ModelTrainingParams = z.output<typeof params>;

export const modelTrainingManifest = {
  kind: 'algorithm',
  name: 'model-training',
  version: 1,
  summary: 'Trains one model over all pods: weights travel, rows stay. Gaps and scales are settled from pooled statistics.',
  params,
  carriedBy: ['federated-averaging'],
  takesModel: true,
  offersPrivacy: true,
  // Means, spreads and frequencies of the features leave only when something has to be pooled.
  releases: (params): readonly Release[] => (params && needsStatistics(params) ? ['metrics', 'weights', 'statistics'] : ['metrics', 'weights']),
  reads: (params) => supervisedNeeds(params),
} satisfies AlgorithmManifest<ModelTrainingParams>;
