import { lookAtGroup } from './group.ts';
import type { RuleKind, RuleOf } from './rule-kind.ts';

export const anyOf: RuleKind<RuleOf<'any-of'>> = {
  look: ({ of }, facts, lookAt) => lookAtGroup({ name: 'any-of', needs: 1, of }, facts, lookAt),
  print: ({ of }, print) => `any of (${of.map(print).join('; ')})`,
  implies: () => false,
};
