import type { Digest } from '@podnet/plan';
import type { DatasetPolicy, SafeZoneRule } from './dataset-policy.ts';
import { isGroup, kindOf } from './rules/registry.ts';

/** The hash of a policy: the same exactly for policies that say the same, in whatever order their lists stand. **Throws** never. */
export const policyHashOf = (policy: DatasetPolicy, digest: Digest): string => digest(canonicalPolicy(policy));

/** Field by field: what a later version adds must not be left out of the hash unseen, so the fields are spelt out. */
function canonicalPolicy(policy: DatasetPolicy): string {
  const { privacyUnit, safeZone, unsafeHandling, sanitizedColumns, smallGroups, orderStatistics, difference, dominance, homogeneity, rounding, queriesPerDay, savable, ...rest } = policy;
  const none: Record<string, never> = rest;
  return JSON.stringify([
    'dataset-policy', 1, privacyUnit, canonicalRule(safeZone), unsafeHandling, setOf(sanitizedColumns), smallGroups, orderStatistics, difference?.minSize ?? null,
    dominance === null ? null : [dominance.top, dominance.percent], homogeneity, rounding === null ? null : [rounding.counts, rounding.sums], queriesPerDay, savable, ...Object.keys(none),
  ]);
}

/** A rule as text; the order of rules in a list, and of columns, means nothing. */
export function canonicalRule(rule: SafeZoneRule): string {
  const kind = kindOf(rule);
  if (isGroup(kind)) return JSON.stringify([rule.rule, kind.needs(rule), kind.of(rule).map(canonicalRule).sort()]);
  const fields = Object.entries(rule).filter(([key]) => key !== 'rule').sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([rule.rule, fields.map(([key, value]) => [key, Array.isArray(value) ? setOf(value as string[]) : value as unknown])]);
}

const setOf = (names: readonly string[]): string[] => [...new Set(names)].sort();
