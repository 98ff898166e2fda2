import type { QueryFacts } from '../query-judgement.ts';
import type { DatasetPolicy, SafeZoneRule } from '../dataset-policy.ts';

export type RuleName = SafeZoneRule['rule'];
export type RuleOf<N extends RuleName> = Extract<SafeZoneRule, { rule: N }>;

/** What a rule of one dataset's safe zone looks at. */
export interface Ground {
  readonly dataset: string;
  readonly policy: DatasetPolicy;
  readonly facts: QueryFacts;
}

/** One thing that a rule found wrong, with its place in the plan. */
export interface Finding {
  /** Last part of the check's id: `too-few`, `difference` … */
  readonly id: string;
  readonly says: string;
  readonly wouldPass: string;
  readonly at?: string;
}

export interface Looked {
  readonly passed: boolean;
  readonly says: string;
  /** Only when failed, and no finding says it better. */
  readonly wouldPass?: string;
  /** Only when failed: what exactly, where there is more to say than one sentence. */
  readonly findings?: readonly Finding[];
}

/**
 * A rule that looks for itself.
 *
 * `looksAt`: `asker` looks at who asks, when and how often, not at the question; `question` at which columns the plan depends on; `counts` at
 * the privacy units behind the answer. What has to be counted, dropped and remembered follows from it.
 */
export interface LeafKind<R extends SafeZoneRule> {
  readonly name: R['rule'];
  readonly looksAt: 'asker' | 'question' | 'counts';
  /** **Throws** never. */
  look(rule: R, ground: Ground): Looked;
  /** For a custodian: a clause without a full stop. */
  print(rule: R): string;
  /** True only when, whatever the facts, `loose` passes wherever `tight` does. */
  implies(tight: R, loose: R): boolean;
  /** The smallest set of units that it lets pass. Only rules that look at counts have one. */
  minSize?(rule: R): number;
  /** Columns that nobody may depend on, whatever else passes. */
  denied?(rule: R): readonly string[];
  /** Columns that it names. */
  columns?(rule: R): readonly string[];
}

/** A rule over other rules: passes when at least `needs` of them do. */
export interface GroupKind<R extends SafeZoneRule> {
  readonly name: R['rule'];
  of(rule: R): readonly SafeZoneRule[];
  needs(rule: R): number;
  print(rule: R): string;
}

export type RuleKind<R extends SafeZoneRule> = LeafKind<R> | GroupKind<R>;
