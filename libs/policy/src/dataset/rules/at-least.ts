import type { GroupKind, RuleOf } from './rule-kind.ts';

export const atLeast: GroupKind<RuleOf<'at-least'>> = {
  name: 'at-least',
  of: (rule) => rule.of,
  // What is no number of rules lets nothing pass.
  needs: (rule) => (rule.n >= 1 ? rule.n : Infinity),
  print: (rule) => `at least ${rule.n} of`,
};
