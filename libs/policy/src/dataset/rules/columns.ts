import { printable } from '../../printable.ts';
import { single, type RuleKind, type RuleOf } from './rule-kind.ts';

/** By lineage: a column is used whatever name it goes by in the answer, also where it only decides over rows or their order. */
export const columns: RuleKind<RuleOf<'columns'>> = {
  look({ allow, deny }, facts) {
    const { output, rows } = facts.query.analysis;
    const used = new Set([...output.flatMap(({ value, predicate }) => [...value, ...predicate]), ...rows].filter(({ dataset }) => dataset === facts.dataset).map(({ column }) => column));
    const refused = [...used].filter((column) => deny.includes(column) || (allow !== null && !allow.includes(column))).sort();
    if (refused.length === 0) return single(facts, true, 'Every column that the answer depends on is among those allowed.', '');
    return single(facts, false, `The answer depends on ${refused.map(printable).join(', ')}.`, allow === null ? 'The same query without these columns' : `Columns among ${allow.map(printable).join(', ')}`);
  },
  print: ({ allow, deny }) => [...(allow === null ? [] : [`queries of ${allow.map(printable).join(', ')} only`]), ...(deny.length === 0 ? [] : [`queries without ${deny.map(printable).join(', ')}`])].join(', and '),
  implies: (one, other) => other.deny.every((column) => one.deny.includes(column) || (one.allow !== null && !one.allow.includes(column))) && (other.allow === null || (one.allow !== null && one.allow.every((column) => other.allow!.includes(column) || one.deny.includes(column)))),
};
