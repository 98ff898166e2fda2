import { microPerUnit, mostEpsilon, unitsAllowed, unitsSpent } from '@podnet/privacy';

/**
 * Budgets are compared in whole millionths of epsilon, so that sums of 0.1 never drift over a limit or under it. What is spent rounds up, what is allowed rounds down:
 * rounding never gives away epsilon. Total, where the privacy room throws: a decision has an answer for everything.
 */

/** The least number of millionths that is not less than an epsilon. **Units** epsilon in, millionths out. Anything but a number ≥ 0, and more than 9·10⁹, costs Infinity. */
export const microCost = (epsilon: number): number => (epsilon >= 0 && epsilon <= mostEpsilon ? unitsSpent(epsilon, microPerUnit) : Infinity);

/** The greatest number of millionths that is not more than a limit. **Units** epsilon in, millionths out. Anything but a number ≥ 0 allows 0. */
export const microLeft = (limit: number): number => (limit >= 0 ? unitsAllowed(Math.min(limit, mostEpsilon), microPerUnit) : 0);

/** Millionths as an epsilon, the nearest double. **Units** millionths in, epsilon out. */
export const epsilonOfMicro = (micro: number): number => micro / microPerUnit;
