import type { LeafKind, RuleOf } from './rule-kind.ts';
import { columnsUsed, listed } from '../columns-used.ts';

/** Which columns the answer may depend on, by lineage and not by name. What one rule of a policy denies, no other rule passes. */
export const columns: LeafKind<RuleOf<'columns'>> = {
  name: 'columns',
  looksAt: 'question',
  look({ allow, deny }, { dataset, facts: { analysis } }) {
    const beyond = [...columnsUsed(analysis, dataset)].filter((column) => (allow !== null && !allow.includes(column)) || deny.includes(column)).sort();
    if (beyond.length === 0) return { passed: true, says: 'The answer depends only on columns that the policy lets pass here.' };
    const wouldPass = allow === null ? `An answer that does not depend on ${listed(deny)}.` : `An answer that depends on ${listed(allow)} only.`;
    return { passed: false, says: `The answer depends on ${listed(beyond)}.`, wouldPass };
  },
  print: ({ allow, deny }) => [...(allow === null ? [] : [`only the columns ${listed(allow)}`]), ...(deny.length === 0 ? [] : [`not the columns ${listed(deny)}`])].join(', '),
  implies: (tight, loose) =>
    (loose.allow === null || (tight.allow !== null && isSubset(tight.allow.filter((column) => !tight.deny.includes(column)), loose.allow))) &&
    // Where only some columns are allowed, the others are as good as denied.
    loose.deny.every((column) => tight.deny.includes(column) || (tight.allow !== null && !tight.allow.includes(column))),
  denied: ({ deny }) => deny,
  columns: ({ allow, deny }) => [...(allow ?? []), ...deny],
};

const isSubset = (some: readonly string[], all: readonly string[]): boolean => some.every((one) => all.includes(one));
