import type { SafeZoneRule } from './dataset-policy.ts';

/** Every rule of a safe zone, groups included. */
export const rulesWithin = (rule: SafeZoneRule): SafeZoneRule[] => [rule, ...('of' in rule ? rule.of.flatMap(rulesWithin) : [])];

/** The largest threshold that a safe zone names; null when it counts nothing. */
export function largestThreshold(zone: SafeZoneRule): number | null {
  const sizes = rulesWithin(zone).flatMap((rule) => (rule.rule === 'aggregation' ? [rule.minSize] : []));
  return sizes.length === 0 ? null : Math.max(...sizes);
}
