/**
 * Budgets are compared in whole millionths of epsilon, so that sums of 0.1 never drift over a limit or under it.
 * What is spent rounds up, what is allowed rounds down: rounding never gives away epsilon.
 */
const perUnit = 1_000_000;

/** Above it a double no longer tells millionths apart. */
const greatest = 9_000_000_000;

/**
 * The least number of millionths that is not less than an epsilon. Decimal texts are taken at their word: 0.3 costs 300 000.
 *
 * **Units** epsilon in, millionths of epsilon out. Anything but a number ≥ 0, and more than 9·10⁹, costs Infinity.
 */
export function microCost(epsilon: number): number {
  if (!(epsilon >= 0 && epsilon <= greatest)) return Infinity;
  let micro = Math.floor(epsilon * perUnit);
  // The quotient is correctly rounded, so it equals `epsilon` exactly when that is the nearest double to so many millionths.
  while (micro / perUnit < epsilon) micro += 1;
  return micro;
}

/**
 * The greatest number of millionths that is not more than a limit.
 *
 * **Units** epsilon in, millionths of epsilon out. Anything but a number ≥ 0 allows 0.
 */
export function microLeft(limit: number): number {
  if (!(limit >= 0)) return 0;
  const bounded = Math.min(limit, greatest);
  let micro = Math.floor(bounded * perUnit) + 1;
  while (micro / perUnit > bounded) micro -= 1;
  return micro;
}

/** Millionths as an epsilon, the nearest double. **Units** millionths in, epsilon out. */
export const epsilonOfMicro = (micro: number): number => micro / perUnit;
