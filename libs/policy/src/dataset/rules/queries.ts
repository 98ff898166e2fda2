import { single, type RuleKind, type RuleOf } from './rule-kind.ts';

/** Answers of the last 24 hours to the same modeller. */
export const queries: RuleKind<RuleOf<'queries'>> = {
  look({ perDay }, facts) {
    const passed = (facts.query.answered.get(facts.dataset) ?? 0) < perDay;
    return single(facts, passed, passed ? `Fewer than ${perDay} queries were answered in the last 24 hours.` : `${perDay} queries were answered in the last 24 hours.`, 'The same query later');
  },
  print: ({ perDay }) => `the first ${perDay} queries of a modeller in 24 hours`,
  implies: (one, other) => one.perDay <= other.perDay,
};
