import type { SafeZoneRule } from './dataset-policy.ts';
import type { QueryCheck } from './query-judgement.ts';
import { isGroup, kindOf } from './rules/registry.ts';
import type { Ground, LeafKind } from './rules/rule-kind.ts';

/** A word on a leaf that is given beforehand; null: let it look. */
type Assumed = (rule: SafeZoneRule, kind: LeafKind<SafeZoneRule>) => boolean | null;

/** Whether a safe zone passes, with some of its leaves taken as given. */
export function holds(rule: SafeZoneRule, ground: Ground, assumed: Assumed): boolean {
  const kind = kindOf(rule);
  if (!isGroup(kind)) return assumed(rule, kind) ?? kind.look(rule, ground).passed;
  return kind.of(rule).filter((inner) => holds(inner, ground, assumed)).length >= kind.needs(rule);
}

/**
 * Every rule of a safe zone as a check, groups before what they are made of: `any-of`, `any-of[0].role` … A rule that failed where the group above
 * it passed all the same is marked as excused, and asks for nothing.
 */
export function safeZoneChecks(rule: SafeZoneRule, ground: Ground, prefix: string): QueryCheck[] {
  const kind = kindOf(rule);
  const { dataset } = ground;
  const id = `${prefix}${kind.name}`;
  if (!isGroup(kind)) {
    const { passed, says, wouldPass, findings = [] } = kind.look(rule, ground);
    const hint = passed || findings.length > 0 || wouldPass === undefined ? {} : { wouldPass };
    return [{ id, dataset, passed, says, ...hint }, ...findings.map((finding) => ({ ...finding, id: `${id}.${finding.id}`, dataset, passed: false }))];
  }
  const inner = kind.of(rule).map((one, index) => safeZoneChecks(one, ground, `${id}[${index}].`));
  const held = inner.filter(([check]) => check?.passed === true).length;
  const passed = held >= kind.needs(rule);
  const says = `${passed ? 'Enough' : 'Too few'} of these rules hold: ${kind.print(rule)} ${inner.length}.`;
  return [{ id, dataset, passed, says }, ...inner.flat().map((check) => (passed && !check.passed ? excused(check) : check))];
}

function excused({ wouldPass: _asksForNothing, ...check }: QueryCheck): QueryCheck {
  return { ...check, excused: true };
}
