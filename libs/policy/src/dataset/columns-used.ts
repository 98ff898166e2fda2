import type { Analysis } from '@podnet/plan';
import { printable } from '../printable.ts';

/** Columns of one dataset that the answer depends on, by lineage: its values, and what decided which values and rows it shows. */
export function columnsUsed(analysis: Analysis, dataset: string): ReadonlySet<string> {
  const used = new Set<string>();
  for (const sources of [analysis.rows, ...analysis.output.flatMap(({ value, predicate }) => [value, predicate])]) {
    for (const source of sources) if (source.dataset === dataset) used.add(source.column);
  }
  return used;
}

const mostNamed = 8;

/** `a, b and 3 more`. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, mostNamed).map(printable).join(', ');
  return names.length > mostNamed ? `${shown} and ${names.length - mostNamed} more` : shown;
}
