import type { LeafKind, RuleOf } from './rule-kind.ts';
import { printable } from '../../printable.ts';
import { findingsOf } from '../findings.ts';

/**
 * Every row of the answer, and all of them together, stand for at least so many privacy units, and so does each side of a condition inside an
 * aggregate. Whatever else protects many people from being told apart (order statistics, differences, dominance, homogeneity) is part of it.
 */
export const aggregation: LeafKind<RuleOf<'aggregation'>> = {
  name: 'aggregation',
  looksAt: 'counts',
  look({ minSize }, ground) {
    const findings = findingsOf(minSize, ground);
    const crowd = `at least ${minSize} privacy units of ${printable(ground.dataset)}`;
    if (findings.length > 0) return { passed: false, says: `Not everything in the answer is safely of ${crowd}.`, findings };
    if (ground.facts.measurement === null) return { passed: true, says: `Whether everything in the answer is of ${crowd} is counted when the query runs.` };
    return { passed: true, says: `Everything in the answer is of ${crowd}.` };
  },
  print: ({ minSize }) => `answers about at least ${minSize} privacy units each`,
  implies: (tight, loose) => tight.minSize >= loose.minSize,
  minSize: ({ minSize }) => minSize,
};
