import type { LeafKind, RuleOf } from './rule-kind.ts';

/** Open until an instant; the instant itself is too late, as with grants. */
export const until: LeafKind<RuleOf<'until'>> = {
  name: 'until',
  looksAt: 'asker',
  look({ at }, { facts: { now } }) {
    if (now < at) return { passed: true, says: `The policy lets queries pass until ${instant(at)}.` };
    return { passed: false, says: `The policy let queries pass until ${instant(at)}, which is over.`, wouldPass: 'A later date in the policy.' };
  },
  print: ({ at }) => `until ${instant(at)}`,
  implies: (tight, loose) => tight.at <= loose.at,
};

function instant(at: number): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? 'a date that is none' : date.toISOString();
}
