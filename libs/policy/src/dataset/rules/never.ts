import { single, type RuleKind, type RuleOf } from './rule-kind.ts';

export const never: RuleKind<RuleOf<'never'>> = {
  look: (_rule, facts) => single(facts, false, 'The custodian lets no query pass by itself.', 'The custodian’s approval of this very query'),
  print: () => 'no query',
  implies: () => true,
};
