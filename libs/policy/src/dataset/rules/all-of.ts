import { lookAtGroup } from './group.ts';
import type { RuleKind, RuleOf } from './rule-kind.ts';

export const allOf: RuleKind<RuleOf<'all-of'>> = {
  look: ({ of }, facts, lookAt) => lookAtGroup({ name: 'all-of', needs: of.length, of }, facts, lookAt),
  print: ({ of }, print) => `all of (${of.map(print).join('; ')})`,
  implies: () => false,
};
