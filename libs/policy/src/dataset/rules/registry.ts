import type { SafeZoneRule } from '../dataset-policy.ts';
import { aggregation } from './aggregation.ts';
import { allOf } from './all-of.ts';
import { always } from './always.ts';
import { anyOf } from './any-of.ts';
import { atLeast } from './at-least.ts';
import { columns } from './columns.ts';
import { never } from './never.ts';
import { queries } from './queries.ts';
import { role } from './role.ts';
import type { LookAt, RuleKind, RuleOf } from './rule-kind.ts';
import { until } from './until.ts';
import { user } from './user.ts';

const kinds: { readonly [Name in SafeZoneRule['rule']]: RuleKind<RuleOf<Name>> } = {
  aggregation, user, role, 'all-of': allOf, 'any-of': anyOf, 'at-least': atLeast, always, never, columns, until, queries,
};

/** A rule's kind. Nobody else asks which one it is. */
export const ruleKind = (rule: SafeZoneRule): RuleKind => kinds[rule.rule] as RuleKind;

/** What a rule says to one dataset's part of a query. */
export const lookAtRule: LookAt = (rule, facts) => ruleKind(rule).look(rule, facts, lookAtRule);

/** A rule as a clause for people. */
export const printRule = (rule: SafeZoneRule): string => ruleKind(rule).print(rule, printRule);
