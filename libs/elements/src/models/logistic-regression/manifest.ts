import { z } from 'zod';
import type { ModelManifest } from '../../manifest.ts';

const params = z.strictObject({
  l2: z.number().min(0).max(1_000_000).default(0).describe('Strength of the penalty ½·l2·|w|² against the mean loss; intercepts are free.'),
});

export type LogisticRegressionParams = z.output<typeof params>;

export const logisticRegressionManifest = {
  kind: 'model',
  name: 'logistic-regression',
  version: 1,
  summary: 'Classifies by a weighted sum of the features: two classes or more, with an L2 penalty.',
  params,
  learns: 'classification',
} satisfies ModelManifest;
