import { single, type RuleKind, type RuleOf } from './rule-kind.ts';

const day = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');

export const until: RuleKind<RuleOf<'until'>> = {
  look({ at }, facts) {
    const passed = facts.query.now < at;
    return single(facts, passed, passed ? `It is before ${day(at)}.` : `The time for this ended at ${day(at)}.`, 'A later date in the dataset’s policy');
  },
  print: ({ at }) => `queries before ${day(at)}`,
  implies: (one, other) => one.at <= other.at,
};
