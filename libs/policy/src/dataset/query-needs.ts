import type { DatasetPolicy } from './dataset-policy.ts';
import type { QueryFacts, QueryNeeds } from './query-judgement.ts';
import { leavesOf, minSizesOf } from './rules/registry.ts';
import type { Ground } from './rules/rule-kind.ts';
import { holds } from './safe-zone.ts';

/**
 * What has to be counted, dropped and remembered before a query can be judged: the facts of `judgeQuery` before anything ran.
 * **Throws** never.
 */
export function queryNeeds(before: Omit<QueryFacts, 'measurement'>): QueryNeeds {
  const facts: QueryFacts = { ...before, measurement: null };
  const grounds = [...before.policies].map(([dataset, policy]): Ground => ({ dataset, policy, facts }));
  const counted = grounds.filter(({ policy }) => countsSomething(policy));
  const judged = counted.filter((ground) => !passesUncounted(ground));
  return {
    thresholds: new Map(grounds.map(({ dataset, policy }) => [dataset, Math.max(1, ...minSizesOf(policy.safeZone), policy.difference?.minSize ?? 1)])),
    suppress: new Map(judged.flatMap(({ dataset, policy, facts: all }) => (policy.smallGroups === 'suppress' ? [[dataset, dropBelow({ dataset, policy, facts: all })]] : []))),
    // A query that passes by its columns alone is remembered too: without that, what it told could be subtracted from what counts passed.
    difference: new Map(counted.filter((ground) => !passesByAsker(ground)).flatMap(({ dataset, policy: { difference } }) => (difference === null ? [] : [[dataset, difference.minSize]]))),
    dominance: new Map(judged.flatMap(({ dataset, policy: { dominance } }) => (dominance === null ? [] : [[dataset, dominance]]))),
    homogeneity: new Set(judged.flatMap(({ dataset, policy: { homogeneity } }) => (homogeneity === 'refuse' ? [dataset] : []))),
    rounding: coarsest(grounds.map(({ policy }) => policy.rounding)),
  };
}

const countsSomething = ({ safeZone }: DatasetPolicy): boolean => leavesOf(safeZone).some(({ kind }) => kind.looksAt === 'counts');

const passesUncounted = (ground: Ground): boolean => holds(ground.policy.safeZone, ground, (_rule, kind) => (kind.looksAt === 'counts' ? false : null));

const passesByAsker = (ground: Ground): boolean => holds(ground.policy.safeZone, ground, (_rule, kind) => (kind.looksAt === 'asker' ? null : false));

/** The least size at which this asker's answer would pass; the largest named where none would. */
function dropBelow(ground: Ground): number {
  const sizes = minSizesOf(ground.policy.safeZone);
  const enough = (least: number): boolean => holds(ground.policy.safeZone, ground, (rule, kind) => (kind.minSize === undefined ? null : kind.minSize(rule) <= least));
  return sizes.find(enough) ?? sizes.at(-1)!;
}

function coarsest(all: readonly DatasetPolicy['rounding'][]): QueryNeeds['rounding'] {
  const counts = all.flatMap((rounding) => rounding?.counts ?? []);
  const sums = all.flatMap((rounding) => rounding?.sums ?? []);
  if (counts.length === 0 && sums.length === 0) return null;
  return { counts: counts.length === 0 ? null : Math.max(...counts), sums: sums.length === 0 ? null : Math.min(...sums) };
}
