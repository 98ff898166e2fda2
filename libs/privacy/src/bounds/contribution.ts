import { Fault } from '@podnet/errors';

/** How much one privacy unit may put into an answer. Declared by the custodian, enforced by sampling a unit's rows, never read off the data. */
export interface ContributionBounds {
  /** Rows of one unit within one group. */
  readonly maxRows: number;
  /** Groups that one unit has rows in. */
  readonly maxGroups: number;
}

/** How far one unit moves a vector of integers, one entry for each group. **Units** ticks. */
export interface Sensitivity {
  /** One entry, at most. */
  readonly perGroup: bigint;
  readonly l1: bigint;
  readonly l2Squared: bigint;
}

/** **Throws** `usage.invalid` unless both are whole numbers from 1 to 10⁹. */
export function checkContribution({ maxRows, maxGroups }: ContributionBounds): void {
  for (const [at, value] of Object.entries({ maxRows, maxGroups })) {
    if (!Number.isSafeInteger(value) || value < 1 || value > 1e9) throw new Fault('usage.invalid', 'A contribution bound is a whole number of at least 1.', { at });
  }
}

/** `maxGroups` entries of at most `perGroup` each. */
export function overGroups(perGroup: bigint, { maxGroups }: ContributionBounds): Sensitivity {
  const groups = BigInt(maxGroups);
  return { perGroup, l1: groups * perGroup, l2Squared: groups * perGroup * perGroup };
}
