import type { LeafKind, RuleOf } from './rule-kind.ts';
import { printable } from '../../printable.ts';

/** One person, by account id or e-mail. Who it is, is not told to others. */
export const user: LeafKind<RuleOf<'user'>> = {
  name: 'user',
  looksAt: 'asker',
  look({ user: named }, { facts: { asker } }) {
    // An entry with `@` is an address and meets addresses only, so that nobody takes an address that reads like an id. Exact texts.
    const isThem = named !== '' && named === (named.includes('@') ? asker.email : asker.userId);
    if (isThem) return { passed: true, says: 'The policy names you.' };
    return { passed: false, says: 'The policy names a person here, and it is not you.', wouldPass: 'The custodian names you in the policy.' };
  },
  print: ({ user: named }) => `the person ${printable(named)}`,
  implies: (tight, loose) => tight.user === loose.user,
};
