import { printable } from '../../printable.ts';
import { single, type RuleKind, type RuleOf } from './rule-kind.ts';

/** By account id, or by e-mail as accounts have it: in lower case. */
export const user: RuleKind<RuleOf<'user'>> = {
  look({ user: named }, facts) {
    const { userId, email } = facts.query.asker;
    const passed = named === userId || named.toLowerCase() === email.toLowerCase();
    // Who else is let through is nobody's business.
    return single(facts, passed, passed ? 'The custodian has named you.' : 'The custodian has named others, and not you.', 'Being named by the custodian in the dataset’s policy');
  },
  print: ({ user: named }) => `queries of ${printable(named)}`,
  implies: (one, other) => one.user.toLowerCase() === other.user.toLowerCase(),
};
