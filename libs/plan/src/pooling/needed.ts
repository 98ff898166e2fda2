import type { Json } from '../builder/expr.ts';
import { nodeKinds } from '../nodes/registry.ts';
import { parseForm } from '../parse-form.ts';
import { readTerm, type Term } from './term.ts';

const columnsIn = ({ kind, fields, operands }: Term): string[] => (kind === 'column' ? [fields.name!] : operands.flatMap(({ term }) => columnsIn(term)));

/** Nodes that hand on every column, and which of them they look at. */
const handingOn: ReadonlySet<string> = new Set(['filter', 'sort', 'slice', 'withColumns']);

/**
 * Which columns of the groups the rest of a plan looks at: what it drops at once need not leave the pods. Null: all of them. `rest` ends in the select that was put
 * over the pooled table.
 */
export function neededColumns(rest: Json): ReadonlySet<string> | null {
  const above: Json[] = [];
  for (let node = rest; ; node = node['input'] as Json) {
    const input = node['input'] as Json | undefined;
    if (input === undefined) return null;
    if (input['node'] === 'scan') break;
    above.unshift(node);
  }
  const needed = new Set<string>();
  for (const node of above) {
    const kind = nodeKinds.get(String(node['node']))!;
    const isLast = kind.name === 'select' || kind.name === 'groupBy';
    if (!isLast && !handingOn.has(kind.name)) return null;
    for (const { json } of kind.expressions(parseForm(kind.form, node, '$'), [])) for (const name of columnsIn(readTerm(json, '$'))) needed.add(name);
    if (isLast) return needed;
  }
  return null;
}
