import { Fault } from '@podnet/errors';
import type { Quantiser } from '../quantise/quantiser.ts';
import { checkContribution, overGroups, type ContributionBounds, type Sensitivity } from './contribution.ts';

export const aggregateKinds = ['COUNT', 'COUNT_DISTINCT', 'SUM', 'AVG', 'VARIANCE', 'STDDEV'] as const;
export type AggregateKind = (typeof aggregateKinds)[number];

/** One integer that noise is added to. */
export interface AggregatePart {
  /** `count` of rows (or of distinct units); `sum` of ticks less `origin`; `squares` of (ticks less `origin`) squared, less `squareOrigin`. */
  readonly part: 'count' | 'sum' | 'squares';
  /** What is taken from each row's ticks first. Half as far from the bounds means half the noise. */
  readonly origin: number;
  readonly squareOrigin: number;
  readonly sensitivity: Sensitivity;
}

/**
 * The integers an aggregate is made of, and how far one privacy unit moves each. AVG, VARIANCE and STDDEV are computed from noisy parts, with
 * the noisy count among them: the exact number of rows is never used.
 *
 * **Units** ticks of the column; squares in ticks². **Privacy** for adding or removing one unit with at most `maxRows` rows in each of at most
 * `maxGroups` groups. **Throws** `usage.invalid` for bounds that are missing or no numbers. A lower bound of 0 is a bound.
 *
 * **Source** PRIVACY.md 3.4; Wilson et al. 2020.
 */
export function aggregateParts(kind: AggregateKind, bounds: ContributionBounds, column?: Pick<Quantiser, 'lowerTicks' | 'upperTicks'>): AggregatePart[] {
  checkContribution(bounds);
  if (!aggregateKinds.includes(kind)) throw new Fault('usage.unsupported', 'This aggregate has no bound.', { at: 'aggregate' });
  const rows = BigInt(bounds.maxRows);
  const part = (name: AggregatePart['part'], perRow: bigint, origin = 0, squareOrigin = 0): AggregatePart =>
    ({ part: name, origin, squareOrigin, sensitivity: overGroups(rows * perRow, bounds) });
  if (kind === 'COUNT') return [part('count', 1n)];
  // A unit counts once in a group however many rows it has.
  if (kind === 'COUNT_DISTINCT') return [{ part: 'count', origin: 0, squareOrigin: 0, sensitivity: overGroups(1n, bounds) }];
  if (!column || !Number.isSafeInteger(column.lowerTicks) || !Number.isSafeInteger(column.upperTicks) || column.lowerTicks >= column.upperTicks) {
    throw new Fault('usage.invalid', 'The column needs a lower and an upper bound.', { at: 'bounds', hint: 'The custodian declares them in the dataset\'s metadata.' });
  }
  const { lowerTicks, upperTicks } = column;
  if (kind === 'SUM') return [part('sum', BigInt(Math.max(Math.abs(lowerTicks), Math.abs(upperTicks))))];
  const origin = lowerTicks + Math.floor((upperTicks - lowerTicks) / 2);
  const reach = BigInt(upperTicks - origin);
  const mean = [part('sum', reach, origin), part('count', 1n)];
  if (kind === 'AVG') return mean;
  // Squares lie in [0, reach²]; less their middle they reach half as far.
  const square = reach * reach;
  const squareOrigin = Number(square / 2n);
  if (!Number.isSafeInteger(squareOrigin)) throw new Fault('usage.invalid', 'The granularity is too fine for a variance.', { at: 'granularity' });
  return [...mean, part('squares', square - square / 2n, origin, squareOrigin)];
}

/** What one row puts into a part. **Units** ticks in; ticks or ticks² out. */
export function contributionOf({ part, origin, squareOrigin }: AggregatePart, ticks: number): bigint {
  if (part === 'count') return 1n;
  const centred = BigInt(ticks) - BigInt(origin);
  return part === 'sum' ? centred : centred * centred - BigInt(squareOrigin);
}
