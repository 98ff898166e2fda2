import { printable } from '../printable.ts';
import type { DatasetPolicy } from './dataset-policy.ts';
import { printRule } from './rules/registry.ts';

const handlings: Record<DatasetPolicy['unsafeHandling'], string> = {
  log: 'are answered, with a warning to the modeller and a red flag to you',
  review: 'wait for your approval',
  reject: 'are refused, with the reason',
};

/** A dataset's policy as sentences for its custodian. */
export function policyLines(policy: DatasetPolicy): string[] {
  const { privacyUnit, safeZone, unsafeHandling, sanitizedColumns, smallGroups, orderStatistics, difference, dominance, homogeneity, rounding, queriesPerDay, savable } = policy;
  return [
    privacyUnit === null ? 'Each row is a privacy unit of its own.' : `Rows with the same ${printable(privacyUnit)} are one privacy unit.`,
    `Safe are ${printRule(safeZone)}.`,
    `Queries outside of that ${handlings[unsafeHandling]}.`,
    sanitizedColumns.length === 0 ? 'No column is sanitised.' : `Never shown, by whatever name: ${sanitizedColumns.map(printable).join(', ')}.`,
    smallGroups === 'refuse' ? 'An answer with a group that is too small is refused.' : 'Groups that are too small are dropped, and as many neighbours as hide them.',
    orderStatistics === 'refuse' ? 'Minima, maxima, medians, quantiles and modes are refused.' : 'Minima, maxima, medians, quantiles and modes are allowed where enough units share them.',
    difference === null ? 'Answers are not compared with earlier ones.' : `Answers to one modeller, and the whole dataset, differ by nobody or by at least ${difference.minSize} privacy units.`,
    ...(dominance ? [`No sum of which the ${dominance.top} largest hold more than ${dominance.percent} %.`] : []),
    ...(homogeneity === 'refuse' ? ['No mean of exactly 0 or 1, and no variance of 0.'] : []),
    ...(rounding?.counts ? [`Counts are rounded to the nearest ${rounding.counts}.`] : []),
    ...(rounding?.sums ? [`Sums are rounded to ${rounding.sums} significant digits.`] : []),
    ...(queriesPerDay === null ? [] : [`At most ${queriesPerDay} queries of one modeller in 24 hours.`]),
    savable ? 'Derived frames may be kept in the pod’s store.' : 'Derived frames are forgotten when the pod stops.',
  ];
}
