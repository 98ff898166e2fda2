/** Epsilon is counted in millionths, delta in 10⁻¹⁵. */
export const microPerUnit = 1_000_000;
export const femtoPerUnit = 1e15;
/** Above it a double no longer tells millionths of epsilon apart. */
export const mostEpsilon = 9_000_000_000;

/**
 * The least whole number of units that is not less than a value ≥ 0: what is spent rounds up. Quotients are correctly rounded, so the nearest double to so many
 * units costs itself: decimal texts are taken at their word.
 */
export function unitsSpent(value: number, perUnit: number): number {
  let whole = Math.max(0, Math.floor(value * perUnit) - 1);
  while (whole / perUnit < value) whole += 1;
  return whole;
}

/** The greatest whole number of units that is not more than a value ≥ 0: what is allowed rounds down. */
export function unitsAllowed(value: number, perUnit: number): number {
  let whole = Math.floor(value * perUnit) + 1;
  while (whole / perUnit > value) whole -= 1;
  return whole;
}
