import { z } from 'zod';
import type { ModelManifest } from '../../manifest.ts';

const params = z.strictObject({
  l2: z.number().min(0).max(1_000_000).default(0).describe('Strength of the penalty ½·l2·|w|² against half the mean squared error; the intercept is free.'),
});

export type LinearRegressionParams = z.output<typeof params>;

export const linearRegressionManifest = {
  kind: 'model',
  name: 'linear-regression',
  version: 1,
  summary: 'Predicts a number by a weighted sum of the features, with an L2 penalty.',
  params,
  learns: 'regression',
} satisfies ModelManifest;
