import { requirePenalty, requireShape } from '../guard.ts';
import type { ModelFamily } from '../model.ts';
import { binaryLogisticRegression } from './binary.ts';
import { multinomialLogisticRegression } from './multinomial.ts';

const name = 'logistic-regression';

/**
 * Logistic regression: one vector of weights for two classes, one for each class otherwise.
 * `l2` (default 0) weighs the penalty ½·l2·|w|² against the mean loss; intercepts are free.
 */
export const logisticRegression: ModelFamily<{ l2?: number }> = {
  name,
  learns: 'classification',
  size: ({ width, outputs }) => (outputs === 2 ? width + 1 : outputs * (width + 1)),
  create(shape, options = {}) {
    requireShape(shape, 2);
    const l2 = requirePenalty(options.l2);
    return shape.outputs === 2 ? binaryLogisticRegression(name, shape.width, l2) : multinomialLogisticRegression(name, shape.width, shape.outputs, l2);
  },
};
