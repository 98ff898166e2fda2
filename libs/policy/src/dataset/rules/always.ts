import type { LeafKind, RuleOf } from './rule-kind.ts';

export const always: LeafKind<RuleOf<'always'>> = {
  name: 'always',
  looksAt: 'asker',
  look: () => ({ passed: true, says: 'The policy lets every query pass here.' }),
  print: () => 'always: every query passes',
  implies: () => true,
};
