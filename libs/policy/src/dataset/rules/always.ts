import { single, type RuleKind, type RuleOf } from './rule-kind.ts';

export const always: RuleKind<RuleOf<'always'>> = {
  look: (_rule, facts) => single(facts, true, 'The custodian lets every query pass.', ''),
  print: () => 'every query',
  implies: () => true,
};
