import { plainText, printable } from '../printable.ts';
import { listed } from './columns-used.ts';
import type { DatasetPolicy, SafeZoneRule, UnsafeHandling } from './dataset-policy.ts';
import { isGroup, kindOf } from './rules/registry.ts';

const handled: Readonly<Record<UnsafeHandling, string>> = {
  log: 'is answered all the same; the modeller is warned and you see it flagged',
  review: 'waits until you approve or deny it',
  reject: 'is refused',
};

/** A policy as its custodian reads it. Plain lines; rules of a safe zone are indented below the group that they belong to. */
export function policyLines(policy: DatasetPolicy): string[] {
  const { privacyUnit, safeZone, unsafeHandling, sanitizedColumns, smallGroups, orderStatistics, difference, dominance, homogeneity, rounding, queriesPerDay, savable } = policy;
  return [
    `Privacy unit: ${privacyUnit === null ? 'every row is its own' : printable(privacyUnit)}`,
    'Safe zone; a query passes by:',
    ...ruleLines(safeZone, 1),
    `Everything else ${handled[unsafeHandling]}.`,
    `Small groups: ${smallGroups === 'refuse' ? 'the query fails' : 'are dropped, with as many neighbours as it takes to hide them in totals'}`,
    `Order statistics (minimum, maximum, median …): ${orderStatistics === 'refuse' ? 'refused' : 'allowed where enough privacy units share the value'}`,
    `Difference from other answers: ${difference === null ? 'not looked at' : `nobody or at least ${difference.minSize} privacy units`}`,
    ...(dominance === null ? [] : [`Dominance: no sum of which the largest ${dominance.top} hold more than ${dominance.percent} percent`]),
    ...(homogeneity === 'allow' ? [] : ['Homogeneity: no group that is all alike']),
    ...(rounding === null ? [] : [`Rounding: ${[...(rounding.counts === null ? [] : [`counts to ${rounding.counts}`]), ...(rounding.sums === null ? [] : [`sums to ${rounding.sums} digits`])].join(', ')}`]),
    ...(sanitizedColumns.length === 0 ? [] : [`Sanitised for everybody: ${listed(sanitizedColumns)}`]),
    ...(queriesPerDay === null ? [] : [`Queries of one modeller: at most ${queriesPerDay} in 24 hours`]),
    ...(savable ? ['Stored frames may outlive a restart of the pod'] : []),
  ];
}

function ruleLines(rule: SafeZoneRule, depth: number): string[] {
  const kind = kindOf(rule);
  const line = `${'  '.repeat(depth)}${plainText(kind.print(rule))}`;
  return isGroup(kind) ? [`${line}:`, ...kind.of(rule).flatMap((inner) => ruleLines(inner, depth + 1))] : [line];
}
