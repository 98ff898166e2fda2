import { Fault } from '@podnet/errors';
import { femtoPerUnit, microPerUnit, mostEpsilon, unitsAllowed, unitsSpent } from './whole-units.ts';

/**
 * An amount of privacy as whole numbers, so that sums neither drift over a limit nor under it: millionths of epsilon, and 10⁻¹⁵ of delta.
 */
export interface Amount {
  readonly epsilonMicro: number;
  readonly deltaFemto: number;
}

/** A pair as people write it. Without a delta it is pure: delta 0 is said by leaving it out. */
export interface PrivacyPair {
  readonly epsilon: number;
  readonly delta?: number;
}

export const nothing: Amount = { epsilonMicro: 0, deltaFemto: 0 };

/**
 * What a pair costs: rounded up, decimal texts at their word (0.3 costs 300 000).
 *
 * **Throws** `privacy.malformed` for an epsilon that is no positive finite number up to 9·10⁹, and for a delta that is there and not
 * above 0 and below 1: NaN, infinities, 0, −0, texts, null, bigints, arrays and the rest.
 */
export function costOf({ epsilon, delta }: PrivacyPair): Amount {
  check(epsilon, delta);
  return { epsilonMicro: unitsSpent(epsilon, microPerUnit), deltaFemto: delta === undefined ? 0 : unitsSpent(delta, femtoPerUnit) };
}

/**
 * What a limit allows: rounded down. **Throws** as `costOf`.
 */
export function limitOf({ epsilon, delta }: PrivacyPair): Amount {
  check(epsilon, delta);
  return { epsilonMicro: unitsAllowed(epsilon, microPerUnit), deltaFemto: delta === undefined ? 0 : unitsAllowed(delta, femtoPerUnit) };
}

/** An amount as a pair, the nearest doubles, for people. */
export const pairOf = ({ epsilonMicro, deltaFemto }: Amount): { epsilon: number; delta: number } =>
  ({ epsilon: epsilonMicro / microPerUnit, delta: deltaFemto / femtoPerUnit });

/** Sum of amounts: basic composition, valid however the next one is chosen. */
export const sumOf = (...amounts: readonly Amount[]): Amount => amounts.reduce(
  (sum, { epsilonMicro, deltaFemto }) => ({ epsilonMicro: sum.epsilonMicro + epsilonMicro, deltaFemto: sum.deltaFemto + deltaFemto }),
  nothing,
);

/** The dearer in each part: for tables that have no privacy unit in common. */
export const maximumOf = (...amounts: readonly Amount[]): Amount => amounts.reduce(
  (most, { epsilonMicro, deltaFemto }) => ({ epsilonMicro: Math.max(most.epsilonMicro, epsilonMicro), deltaFemto: Math.max(most.deltaFemto, deltaFemto) }),
  nothing,
);

/** Both parts at most the limit's. */
export const isWithin = (amount: Amount, limit: Amount): boolean => amount.epsilonMicro <= limit.epsilonMicro && amount.deltaFemto <= limit.deltaFemto;

/** What of a limit is left, never below 0. */
export const leftOf = (limit: Amount, spent: Amount): Amount =>
  ({ epsilonMicro: Math.max(0, limit.epsilonMicro - spent.epsilonMicro), deltaFemto: Math.max(0, limit.deltaFemto - spent.deltaFemto) });

/** **Throws** `privacy.malformed` unless it is a pair of whole numbers ≥ 0, epsilon's at most 9·10¹⁵ and delta's at most 10¹⁵. */
export function checkAmount(amount: Amount): Amount {
  const { epsilonMicro, deltaFemto } = (amount ?? {}) as Amount;
  if (!Number.isSafeInteger(epsilonMicro) || epsilonMicro < 0 || Object.is(epsilonMicro, -0)) throw malformed('epsilon', 'Epsilon has to be a whole number of millionths.');
  if (!Number.isSafeInteger(deltaFemto) || deltaFemto < 0 || deltaFemto > femtoPerUnit || Object.is(deltaFemto, -0)) throw malformed('delta', 'Delta has to be a whole number of 10⁻¹⁵.');
  return amount;
}

function check(epsilon: unknown, delta: unknown): void {
  if (typeof epsilon !== 'number' || !(epsilon > 0 && epsilon <= mostEpsilon)) throw malformed('epsilon', 'Epsilon has to be a positive finite number.');
  if (delta !== undefined && (typeof delta !== 'number' || !(delta > 0 && delta < 1))) throw malformed('delta', 'Delta has to be above 0 and below 1.');
}

const malformed = (at: string, sentence: string) => new Fault('privacy.malformed', sentence, { at });
