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
import type { GroupKind, LeafKind, RuleKind, RuleName, RuleOf } from './rule-kind.ts';
import { until } from './until.ts';
import { user } from './user.ts';

/** Every rule of a safe zone. Nobody else asks which one it is. */
const kinds: { readonly [N in RuleName]: RuleKind<RuleOf<N>> } = {
  'aggregation': aggregation,
  'user': user,
  'role': role,
  'all-of': allOf,
  'any-of': anyOf,
  'at-least': atLeast,
  'always': always,
  'never': never,
  'columns': columns,
  'until': until,
  'queries': queries,
};

const byName: ReadonlyMap<string, RuleKind<SafeZoneRule>> = new Map(Object.entries(kinds) as [string, RuleKind<SafeZoneRule>][]);

export const ruleNames: readonly string[] = [...byName.keys()];

/** What a rule does; one of a name that is not known lets nothing pass. */
export const kindOf = (rule: SafeZoneRule): RuleKind<SafeZoneRule> => byName.get(rule.rule) ?? (never as RuleKind<SafeZoneRule>);

export const isGroup = (kind: RuleKind<SafeZoneRule>): kind is GroupKind<SafeZoneRule> => 'needs' in kind;

/** Every leaf under a rule, itself included. */
export function leavesOf(rule: SafeZoneRule): { rule: SafeZoneRule; kind: LeafKind<SafeZoneRule> }[] {
  const kind = kindOf(rule);
  return isGroup(kind) ? kind.of(rule).flatMap(leavesOf) : [{ rule, kind }];
}

/** The thresholds that a safe zone names, smallest first, each once. */
export const minSizesOf = (rule: SafeZoneRule): number[] => [...new Set(leavesOf(rule).flatMap((leaf) => leaf.kind.minSize?.(leaf.rule) ?? []))].sort((a, b) => a - b);

/** Columns that a safe zone denies to everybody. */
export const deniedColumns = (rule: SafeZoneRule): string[] => [...new Set(leavesOf(rule).flatMap((leaf) => [...(leaf.kind.denied?.(leaf.rule) ?? [])]))].sort();
