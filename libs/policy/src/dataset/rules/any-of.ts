import type { GroupKind, RuleOf } from './rule-kind.ts';

export const anyOf: GroupKind<RuleOf<'any-of'>> = {
  name: 'any-of',
  of: (rule) => rule.of,
  needs: () => 1,
  print: () => 'any of',
};
