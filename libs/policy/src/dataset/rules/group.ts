import type { SafeZoneRule } from '../dataset-policy.ts';
import type { LookAt, RuleFacts, RuleOutcome } from './rule-kind.ts';

/** How many of a group have to pass, and what it is called. */
export interface Group {
  readonly name: 'all-of' | 'any-of' | 'at-least';
  readonly needs: number;
  readonly of: readonly SafeZoneRule[];
}

/**
 * Looks at every rule of a group. A group that passed shows what made it pass; one that failed shows every part, so that
 * people see each sub-rule that failed.
 */
export function lookAtGroup({ name, needs, of }: Group, facts: RuleFacts, lookAt: LookAt): RuleOutcome {
  const parts = of.map((rule, i) => lookAt(rule, { ...facts, id: `${facts.id}.${name}[${i}].${rule.rule}` }));
  const passing = parts.filter(({ passed }) => passed);
  const passed = passing.length >= needs;
  const { id, dataset } = facts;
  if (passed) return { passed, checks: [{ id, dataset, passed, says: `${passing.length} of ${of.length} rules pass, and ${needs} ${needs === 1 ? 'has' : 'have'} to.` }, ...passing.flatMap(({ checks }) => checks)] };
  const wouldPass = needs === 1 ? 'One of the rules below' : needs === of.length ? 'All of the rules below' : `${needs} of the rules below`;
  return { passed, checks: [{ id, dataset, passed, says: `${passing.length} of ${of.length} rules pass, and ${needs} ${needs === 1 ? 'has' : 'have'} to.`, wouldPass }, ...parts.flatMap(({ checks }) => checks)] };
}
