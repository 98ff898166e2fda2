import { Fault } from '@podnet/errors';

/** Why a query cannot be answered with noise. Each follows from the query and from what is declared, never from data. */
export const privacyRules = [
  'no-aggregate', 'no-private-table', 'stored-frame', 'unit-key', 'unit-predicate', 'column-policy', 'unbounded', 'unsupported-aggregate', 'nested-aggregate', 'distinct', 'join', 'set-operation',
  'window', 'unstable', 'multiplying', 'partial-function', 'function', 'too-many-keys',
] as const;

export type PrivacyRule = (typeof privacyRules)[number];

/** A refusal, with its place in the plan and what would pass. Its sentence names columns and operations, and never a value. */
export class NotPrivate extends Fault {
  readonly rule: PrivacyRule;

  constructor(rule: PrivacyRule, at: string, sentence: string, hint: string) {
    super('privacy.not-private', sentence, { at, hint });
    this.rule = rule;
  }
}
