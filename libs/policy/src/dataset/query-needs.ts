import type { DatasetPolicy } from './dataset-policy.ts';
import type { QueryFacts, QueryNeeds } from './query-judgement.ts';
import { lookAtRule } from './rules/registry.ts';
import { largestThreshold } from './tree.ts';

/**
 * What an executor has to count and do for this asker. Suppression, rounding, and the rules about differences, dominance and homogeneity belong to counting:
 * whom the safe zone lets pass without it, they do not concern.
 */
export function queryNeeds(query: Omit<QueryFacts, 'measurement'>): QueryNeeds {
  const all = [...query.policies];
  const counting = all.filter(([dataset, policy]) => countsFor(query, dataset, policy));
  const of = <T>(read: (policy: DatasetPolicy) => T | null): ReadonlyMap<string, T> => new Map(counting.flatMap(([dataset, policy]) => {
    const value = read(policy);
    return value === null ? [] : [[dataset, value] as const];
  }));
  const roundings = counting.flatMap(([, { rounding }]) => (rounding ? [rounding] : []));
  return {
    // Everybody's contribution is counted, for the custodian's record too.
    thresholds: new Map(all.map(([dataset, { safeZone }]) => [dataset, largestThreshold(safeZone) ?? 1])),
    suppress: of((policy) => (policy.smallGroups === 'suppress' ? largestThreshold(policy.safeZone) : null)),
    difference: of(({ difference }) => difference?.minSize ?? null),
    dominance: of(({ dominance }) => dominance),
    homogeneity: new Set(of(({ homogeneity }) => (homogeneity === 'refuse' ? true : null)).keys()),
    rounding: roundings.length === 0 ? null : { counts: coarsest(roundings.map(({ counts }) => counts), Math.max), sums: coarsest(roundings.map(({ sums }) => sums), Math.min) },
  };
}

/** True when this asker passes the safe zone by being counted, if at all. */
function countsFor(query: Omit<QueryFacts, 'measurement'>, dataset: string, policy: DatasetPolicy): boolean {
  if (largestThreshold(policy.safeZone) === null) return false;
  return !lookAtRule(policy.safeZone, { query: { ...query, measurement: null }, dataset, policy, id: '', uncounted: true }).passed;
}

/** Counts to the largest step, sums to the fewest digits. */
function coarsest(values: readonly (number | null)[], pick: (...values: number[]) => number): number | null {
  const given = values.filter((value) => value !== null);
  return given.length === 0 ? null : pick(...given);
}
