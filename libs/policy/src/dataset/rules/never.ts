import type { LeafKind, RuleOf } from './rule-kind.ts';

export const never: LeafKind<RuleOf<'never'>> = {
  name: 'never',
  looksAt: 'asker',
  look: () => ({ passed: false, says: 'The policy lets no query pass here.', wouldPass: 'Nothing; the custodian decides on each query.' }),
  print: () => 'never: no query passes',
  implies: () => true,
};
