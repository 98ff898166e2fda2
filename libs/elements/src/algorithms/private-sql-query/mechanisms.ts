import { Fault } from '@podnet/errors';
import type { PrivateMeasure, PrivateQuery } from '@podnet/plan';
import { aggregateParts, chooseNoise, costOf, discreteLaplace, keyThreshold, laplaceScaleFor, overGroups, quantileSensitivity, quantiser, selectionRate, splitAmount, type AggregatePart, type Amount, type IntegerNoise, type KeyThreshold, type Quantiser, type Ratio } from '@podnet/privacy';

/** Groups with private keys of fewer privacy units are not considered, whatever epsilon is: with a large one the threshold alone is low. */
export const leastUnits = 10;

/** More values would keep a pod busy for minutes. */
const mostCandidates = 2 ** 24;

/** One draw for each group: what it is added to, and the noise. */
export type Mechanism =
  | { readonly kind: 'sum'; readonly measure: PrivateMeasure; readonly part: AggregatePart; readonly noise: IntegerNoise; readonly cost: Amount }
  /** Chooses one of the ticks of the column's range. */
  | { readonly kind: 'quantile'; readonly measure: PrivateMeasure; readonly value: number; readonly part: number; readonly whole: number; readonly rate: Ratio; readonly cost: Amount };

/** Everything that noise is drawn for, and what each costs. Follows from the query and what is declared alone. */
export interface Mechanisms {
  readonly columns: readonly Quantiser[];
  /** Null: all keys are public, and every one is answered for. */
  readonly keys: { readonly noise: IntegerNoise; readonly threshold: KeyThreshold; readonly cost: Amount } | null;
  readonly list: readonly Mechanism[];
  /** For each aggregate of the query the indices of its mechanisms. */
  readonly ofAggregate: readonly (readonly number[])[];
}

type Wanted = { readonly id: string; readonly measure: PrivateMeasure } & ({ readonly part: AggregatePart } | { readonly value: number; readonly quantile: { part: number; whole: number } });

/**
 * Splits what a task may spend over its mechanisms, each of which is there once however many aggregates are made of it, in equal shares.
 *
 * **Privacy** all answers together are (epsilon, delta)-DP for one privacy unit that has at most `maxRows` rows in each of at most `maxGroups` groups.
 * **Throws** `privacy.malformed` when epsilon or delta does not reach for so many; `usage.invalid`.
 */
export function mechanismsOf(query: PrivateQuery, privacy: { epsilon: number; delta: number }): Mechanisms {
  const bounds = { maxRows: query.maxRows, maxGroups: query.maxGroups };
  const columns = query.values.map(({ bounds: declared }) => quantiser(declared));
  const wanted: Wanted[] = [];
  const placeOf = (one: Wanted): number => {
    const at = wanted.findIndex(({ id }) => id === one.id);
    return at >= 0 ? at : wanted.push(one) - 1;
  };
  const ofAggregate = query.aggregates.map(({ kind, value, quantile }): number[] => {
    if (kind === 'QUANTILE') return [placeOf({ id: `quantile ${value} ${quantile!.part}/${quantile!.whole}`, measure: { measure: 'sorted', value: value! }, value: value!, quantile: quantile! })];
    return aggregateParts(kind, bounds, value === null ? undefined : columns[value]).map((part) => {
      const measure = measureOf(part, kind === 'COUNT_DISTINCT', value, query);
      return placeOf({ id: JSON.stringify(measure), measure, part });
    });
  });
  const whole = costOf(privacy);
  const all = [...(query.needsDelta ? [{ weight: 1, usesDelta: true }] : []), ...wanted.map(() => ({ weight: 1, usesDelta: true }))];
  if (all.length === 0) throw new Fault('usage.invalid', 'The query has no aggregate.', { at: 'algorithm.sql' });
  const offset = query.needsDelta ? 1 : 0;
  // Delta is worth something only to Gaussian noise, and to keys: what cannot use it leaves it to the others.
  const tried = splitAmount(whole, all);
  const usesDelta = wanted.map((one, at) => 'part' in one && chooseNoise(one.part.sensitivity, tried[at + offset]!).law.name === 'discrete-gaussian');
  const shares = splitAmount(whole, all.map((share, at) => ({ ...share, usesDelta: at < offset || usesDelta[at - offset]! })));
  const list = wanted.map((one, at): Mechanism => {
    const cost = shares[at + offset]!;
    if ('part' in one) return { kind: 'sum', measure: one.measure, part: one.part, noise: chooseNoise(one.part.sensitivity, cost), cost };
    const { lowerTicks, upperTicks } = columns[one.value]!;
    if (upperTicks - lowerTicks >= mostCandidates) throw new Fault('usage.too-large', 'The column has too many values for a quantile to be chosen from.', { at: 'algorithm.sql', hint: 'The custodian can declare a coarser granularity for it.' });
    // A unit is in at most so many groups, and each of its rows there moves a score by no more than this.
    const perGroup = Math.floor(cost.epsilonMicro / query.maxGroups);
    if (perGroup === 0) throw new Fault('privacy.malformed', 'Epsilon is too small for a quantile of so many groups.', { at: 'epsilon' });
    return { kind: 'quantile', measure: one.measure, value: one.value, ...one.quantile, rate: selectionRate(quantileSensitivity(one.quantile.part, one.quantile.whole) * BigInt(query.maxRows), perGroup), cost };
  });
  return { columns, keys: query.needsDelta ? keysOf(query, shares[0]!) : null, list, ofAggregate };
}

/** A unit changes the number of units behind a key by one, for as many keys as it is in groups. */
function keysOf({ maxGroups }: PrivateQuery, cost: Amount): Mechanisms['keys'] {
  const noise = discreteLaplace(laplaceScaleFor(overGroups(1n, { maxRows: 1, maxGroups }).l1, cost.epsilonMicro));
  return { noise, threshold: keyThreshold(noise, { delta: cost.deltaFemto / 1e15, maxGroups, minUnits: leastUnits }), cost };
}

/** Rows of a column without gaps are all rows: one count serves both. */
function measureOf({ part, origin, squareOrigin }: AggregatePart, isOfUnits: boolean, value: number | null, { values }: PrivateQuery): PrivateMeasure {
  if (isOfUnits) return { measure: 'units' };
  if (part === 'count') return value === null || !values[value]!.nullable ? { measure: 'rows' } : { measure: 'present', value };
  return part === 'sum' ? { measure: 'sum', value: value!, origin } : { measure: 'squares', value: value!, origin, squareOrigin };
}
