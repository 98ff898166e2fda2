import type { LeafKind, RuleOf } from './rule-kind.ts';

/** The first so many answers of 24 hours. Unlike `queries` beside the safe zone it is one way among others. */
export const queries: LeafKind<RuleOf<'queries'>> = {
  name: 'queries',
  looksAt: 'asker',
  look({ perDay }, { dataset, facts: { answered } }) {
    if ((answered.get(dataset) ?? 0) < perDay) return { passed: true, says: `The policy lets ${perDay} queries of 24 hours pass here.` };
    return { passed: false, says: `The ${perDay} queries of 24 hours that pass here are used up.`, wouldPass: 'Asking again when 24 hours have passed.' };
  },
  print: ({ perDay }) => `the first ${perDay} queries of a modeller in 24 hours`,
  implies: (tight, loose) => tight.perDay <= loose.perDay,
};
