import { unsafeHandlings, type DatasetPolicy, type SafeZoneRule } from './dataset-policy.ts';
import { ruleKind } from './rules/registry.ts';

/** What a new policy of a dataset is beside the old one. `both`: tighter here and looser there, or in a way that cannot be told. */
export interface PolicyComparison {
  readonly direction: 'same' | 'tightens' | 'loosens' | 'both';
  /** One sentence for each difference. */
  readonly says: readonly string[];
}

type Way = 'same' | 'tightens' | 'loosens' | 'both';

/**
 * Compares two policies of one dataset, for the custodian who is about to set the second. `tightens` is said only when whatever the second permits the
 * first had permitted too; in doubt it is `both`.
 */
export function comparePolicies(before: DatasetPolicy, after: DatasetPolicy): PolicyComparison {
  const found: { way: Way; says: string }[] = [];
  const note = (way: Way, says: string): void => void (way === 'same' || found.push({ way, says: `${words[way]}: ${says}` }));

  note(compareZones(before.safeZone, after.safeZone), 'the safe zone');
  note(compareNumbers(unsafeHandlings.indexOf(before.unsafeHandling), unsafeHandlings.indexOf(after.unsafeHandling)), `queries outside the safe zone: ${before.unsafeHandling} → ${after.unsafeHandling}`);
  note(compareSets(before.sanitizedColumns, after.sanitizedColumns), 'the sanitised columns');
  note(compareFlags(before.smallGroups === 'refuse', after.smallGroups === 'refuse'), `small groups: ${before.smallGroups} → ${after.smallGroups}`);
  note(compareFlags(before.orderStatistics === 'refuse', after.orderStatistics === 'refuse'), `order statistics: ${before.orderStatistics} → ${after.orderStatistics}`);
  note(compareNumbers(before.difference?.minSize ?? 0, after.difference?.minSize ?? 0), 'the difference to earlier answers');
  note(compareDominance(before.dominance, after.dominance), 'dominance in sums');
  note(compareFlags(before.homogeneity === 'refuse', after.homogeneity === 'refuse'), `homogeneity: ${before.homogeneity} → ${after.homogeneity}`);
  note(compareNumbers(before.rounding?.counts ?? 0, after.rounding?.counts ?? 0), 'the rounding of counts');
  note(compareNumbers(-(before.rounding?.sums ?? Infinity), -(after.rounding?.sums ?? Infinity)), 'the rounding of sums');
  note(compareNumbers(-(before.queriesPerDay ?? Infinity), -(after.queriesPerDay ?? Infinity)), 'queries in 24 hours');
  note(compareFlags(!before.savable, !after.savable), 'whether derived frames outlive the pod’s process');
  // Another unit counts others: nothing can be said of what passes.
  note(before.privacyUnit === after.privacyUnit ? 'same' : 'both', 'the privacy unit');

  const ways = new Set(found.map(({ way }) => way));
  const direction = ways.size === 0 ? 'same' : ways.size === 1 ? [...ways][0]! : 'both';
  return { direction, says: found.map(({ says }) => says) };
}

const words: Record<Exclude<Way, 'same'>, string> = { tightens: 'Tighter', loosens: 'Looser', both: 'Changed' };

const compareNumbers = (before: number, after: number): Way => (before === after ? 'same' : after > before ? 'tightens' : 'loosens');

const compareFlags = (before: boolean, after: boolean): Way => compareNumbers(Number(before), Number(after));

function compareSets(before: readonly string[], after: readonly string[]): Way {
  const added = after.some((each) => !before.includes(each));
  const removed = before.some((each) => !after.includes(each));
  return added && removed ? 'both' : added ? 'tightens' : removed ? 'loosens' : 'same';
}

function compareDominance(before: DatasetPolicy['dominance'], after: DatasetPolicy['dominance']): Way {
  if (before === null || after === null) return compareFlags(before !== null, after !== null);
  return joined(compareNumbers(before.top, after.top), compareNumbers(-before.percent, -after.percent));
}

const joined = (one: Way, other: Way): Way => (one === 'same' ? other : other === 'same' || one === other ? one : 'both');

function compareZones(before: SafeZoneRule, after: SafeZoneRule): Way {
  if (JSON.stringify(before) === JSON.stringify(after)) return 'same';
  const tighter = implies(after, before);
  const looser = implies(before, after);
  return tighter && looser ? 'same' : tighter ? 'tightens' : looser ? 'loosens' : 'both';
}

/** Groups as what they are: so many of a list. */
function group(rule: SafeZoneRule): { needs: number; of: readonly SafeZoneRule[] } {
  if (!('of' in rule)) return { needs: 1, of: [rule] };
  return { needs: rule.rule === 'at-least' ? rule.n : rule.rule === 'all-of' ? rule.of.length : 1, of: rule.of };
}

/** True only when every query that passes the one passes the other. **Source** pigeonholes: of `needs` that pass, those without a partner are too few. */
function implies(one: SafeZoneRule, other: SafeZoneRule): boolean {
  if (one.rule === 'never' || other.rule === 'always') return true;
  if (!('of' in one) && !('of' in other)) return one.rule === other.rule && ruleKind(one).implies(one, other);
  const left = group(one);
  const right = group(other);
  // Any of several: each of them has to suffice. All of several: each of them has to follow.
  if (left.needs === 1 && 'of' in one) return left.of.every((part) => implies(part, other));
  if (right.needs === right.of.length && 'of' in other) return right.of.every((part) => implies(one, part));
  if ('of' in one && left.needs === left.of.length && left.of.some((part) => implies(part, other))) return true;
  if ('of' in other && right.needs === 1 && right.of.some((part) => implies(one, part))) return true;
  return left.needs - (left.of.length - paired(left.of, right.of)) >= right.needs;
}

/** How many of the one list imply rules of the other, each another one. A lower bound: first come, first served. */
function paired(one: readonly SafeZoneRule[], other: readonly SafeZoneRule[]): number {
  const taken = new Set<number>();
  for (const part of one) {
    const at = other.findIndex((each, i) => !taken.has(i) && implies(part, each));
    if (at >= 0) taken.add(at);
  }
  return taken.size;
}
