import { linearRegression as family } from '@podnet/learning';
import type { ModelPart } from '../../model-part.ts';
import type { LinearRegressionParams } from './manifest.ts';

/** The mathematics lives in the learning room; here it meets the task's parameters. */
export const linearRegressionPart: ModelPart<LinearRegressionParams> = {
  create: (shape, { l2 }) => family.create(shape, { l2 }),
};
