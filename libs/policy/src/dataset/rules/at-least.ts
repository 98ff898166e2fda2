import { lookAtGroup } from './group.ts';
import type { RuleKind, RuleOf } from './rule-kind.ts';

export const atLeast: RuleKind<RuleOf<'at-least'>> = {
  look: ({ n, of }, facts, lookAt) => lookAtGroup({ name: 'at-least', needs: n, of }, facts, lookAt),
  print: ({ n, of }, print) => `at least ${n} of (${of.map(print).join('; ')})`,
  implies: () => false,
};
