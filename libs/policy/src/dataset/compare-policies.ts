import { printable } from '../printable.ts';
import { listed } from './columns-used.ts';
import { unsafeHandlings, type DatasetPolicy } from './dataset-policy.ts';
import { implies } from './implication.ts';
import { canonicalRule } from './canonical-policy.ts';
import { deniedColumns } from './rules/registry.ts';

export type PolicyDirection = 'tightens' | 'loosens' | 'changes';

/** One field of a policy that is another now. */
export interface PolicyChange {
  /** Its key in the file: `safe_zone`. */
  readonly field: string;
  /** `changes`: for some queries the one, for some the other, or it could not be proved. */
  readonly direction: PolicyDirection;
  readonly says: string;
}

/**
 * What another policy changes, field by field; nothing when they mean the same. Where every change tightens, whatever the new policy answers to a
 * query and its measurement, the old one answered it or something milder.
 */
export function compareDatasetPolicies(before: DatasetPolicy, after: DatasetPolicy): PolicyChange[] {
  return comparisons.flatMap((compare) => compare(before, after) ?? []);
}

/** All changes in one word. */
export function policyDirection(changes: readonly PolicyChange[]): PolicyDirection | 'same' {
  const [first] = changes;
  if (first === undefined) return 'same';
  return changes.every(({ direction }) => direction === first.direction) ? first.direction : 'changes';
}

type Comparison = (before: DatasetPolicy, after: DatasetPolicy) => PolicyChange | null;

/** A field that is read from weak to strict by a number; what is null is absent, and weaker than anything. */
function byRank(field: string, rank: (policy: DatasetPolicy) => number, print: (policy: DatasetPolicy) => string): Comparison {
  return (before, after) => {
    const [old, next] = [rank(before), rank(after)];
    if (old === next) return null;
    return { field, direction: next > old ? 'tightens' : 'loosens', says: `${print(before)} becomes ${print(after)}.` };
  };
}

/** A field of two numbers: tighter only when neither is looser. */
function byTwo(field: string, ranks: (policy: DatasetPolicy) => readonly [number, number], print: (policy: DatasetPolicy) => string): Comparison {
  return (before, after) => {
    const [[a, b], [c, d]] = [ranks(before), ranks(after)];
    if (a === c && b === d) return null;
    return { field, direction: c >= a && d >= b ? 'tightens' : c <= a && d <= b ? 'loosens' : 'changes', says: `${print(before)} becomes ${print(after)}.` };
  };
}

const unit: Comparison = (before, after) => {
  if (before.privacyUnit === after.privacyUnit) return null;
  const named = ({ privacyUnit }: DatasetPolicy): string => (privacyUnit === null ? 'rows' : `values of ${printable(privacyUnit)}`);
  return { field: 'privacy_unit', direction: 'changes', says: `Who is counted becomes ${named(after)}, and was ${named(before)}.` };
};

const safeZone: Comparison = (before, after) => {
  if (canonicalRule(before.safeZone) === canonicalRule(after.safeZone)) return null;
  const [old, next] = [deniedColumns(before.safeZone), deniedColumns(after.safeZone)];
  const tighter = implies(after.safeZone, before.safeZone) && old.every((column) => next.includes(column));
  const looser = implies(before.safeZone, after.safeZone) && next.every((column) => old.includes(column));
  if (tighter && looser) return null;
  if (tighter) return { field: 'safe_zone', direction: 'tightens', says: 'Whatever passes the new safe zone passed the old one.' };
  if (looser) return { field: 'safe_zone', direction: 'loosens', says: 'Whatever passed the old safe zone passes the new one, and more.' };
  return { field: 'safe_zone', direction: 'changes', says: 'Queries may pass that did not, and others may pass no longer.' };
};

const sanitised: Comparison = (before, after) => {
  const added = after.sanitizedColumns.filter((column) => !before.sanitizedColumns.includes(column));
  const gone = before.sanitizedColumns.filter((column) => !after.sanitizedColumns.includes(column));
  if (added.length === 0 && gone.length === 0) return null;
  const says = [...(added.length === 0 ? [] : [`now sanitised: ${listed(added)}`]), ...(gone.length === 0 ? [] : [`sanitised no longer: ${listed(gone)}`])].join('; ');
  return { field: 'sanitized_columns', direction: gone.length === 0 ? 'tightens' : added.length === 0 ? 'loosens' : 'changes', says: `${says[0]!.toUpperCase()}${says.slice(1)}.` };
};

const comparisons: readonly Comparison[] = [
  unit,
  safeZone,
  byRank('unsafe_handling', ({ unsafeHandling }) => unsafeHandlings.indexOf(unsafeHandling), ({ unsafeHandling }) => `Handling by ${unsafeHandling}`),
  sanitised,
  byRank('small_groups', ({ smallGroups }) => (smallGroups === 'refuse' ? 1 : 0), ({ smallGroups }) => `${smallGroups === 'refuse' ? 'Refusing' : 'Dropping'} small groups`),
  byRank('order_statistics', ({ orderStatistics }) => (orderStatistics === 'refuse' ? 1 : 0), ({ orderStatistics }) => `${orderStatistics === 'refuse' ? 'Refusing' : 'Allowing'} order statistics`),
  byRank('difference', ({ difference }) => difference?.minSize ?? 0, ({ difference }) => (difference === null ? 'No rule of differences' : `A difference of ${difference.minSize}`)),
  byTwo('dominance', ({ dominance }) => [dominance?.top ?? 0, -(dominance?.percent ?? 100)], ({ dominance }) => (dominance === null ? 'No rule of dominance' : `Dominance of ${dominance.top} over ${dominance.percent} percent`)),
  byRank('homogeneity', ({ homogeneity }) => (homogeneity === 'refuse' ? 1 : 0), ({ homogeneity }) => `${homogeneity === 'refuse' ? 'Refusing' : 'Allowing'} groups that are all alike`),
  byTwo('rounding', ({ rounding }) => [rounding?.counts ?? 1, -(rounding?.sums ?? 16)], ({ rounding }) => `Rounding of counts to ${rounding?.counts ?? 1} and of sums to ${rounding?.sums ?? 'all'} digits`),
  byRank('queries', ({ queriesPerDay }) => -(queriesPerDay ?? Infinity), ({ queriesPerDay }) => (queriesPerDay === null ? 'Any number of queries' : `At most ${queriesPerDay} queries in 24 hours`)),
  byRank('savable', ({ savable }) => (savable ? 0 : 1), ({ savable }) => `Stored frames that ${savable ? 'outlive' : 'end with'} the pod's process`),
];
