import type { GroupKind, RuleOf } from './rule-kind.ts';

export const allOf: GroupKind<RuleOf<'all-of'>> = {
  name: 'all-of',
  of: (rule) => rule.of,
  // An empty list cannot be read from a file; if one comes from elsewhere, it is no open door.
  needs: (rule) => Math.max(1, rule.of.length),
  print: () => 'all of',
};
