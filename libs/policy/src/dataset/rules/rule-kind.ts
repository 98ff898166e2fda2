import type { QueryCheck, QueryFacts } from '../query-judgement.ts';
import type { DatasetPolicy, SafeZoneRule } from '../dataset-policy.ts';

/** One dataset's part of a question, as a rule sees it. */
export interface RuleFacts {
  readonly query: QueryFacts;
  readonly dataset: string;
  readonly policy: DatasetPolicy;
  /** Place of the rule in the policy, as the id of its check: `dataset.titanic.safe-zone.any-of[0].role`. */
  readonly id: string;
  /** True: counting is taken not to suffice. Tells whether a safe zone passes for this asker without it. */
  readonly uncounted: boolean;
}

export interface RuleOutcome {
  readonly passed: boolean;
  /** What is shown: of a rule that passed only what made it pass. */
  readonly checks: readonly QueryCheck[];
}

/** One kind of rule: everything that is known about it. */
export interface RuleKind<R extends SafeZoneRule = SafeZoneRule> {
  look(rule: R, facts: RuleFacts, lookAt: LookAt): RuleOutcome;
  /** One clause for people: `at least 10 privacy units behind every row`. */
  print(rule: R, print: (rule: SafeZoneRule) => string): string;
  /** True only when whatever passes the one passes the other, of the same kind. Never true when in doubt. */
  implies(one: R, other: R): boolean;
}

/** Looks at a rule inside another one. */
export type LookAt = (rule: SafeZoneRule, facts: RuleFacts) => RuleOutcome;

export type RuleOf<Name extends SafeZoneRule['rule']> = Extract<SafeZoneRule, { rule: Name }>;

/** A rule that has one check. */
export function single({ dataset, id }: RuleFacts, passed: boolean, says: string, wouldPass: string, at?: string): RuleOutcome {
  const check: QueryCheck = passed ? { id, dataset, passed, says } : { id, dataset, passed, says, wouldPass, ...(at === undefined ? {} : { at }) };
  return { passed, checks: [check] };
}
