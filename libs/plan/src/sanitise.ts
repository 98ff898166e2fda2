import type { Analysis, SourceColumn } from './obligations.ts';

/** A column of the answer that has to be nulled, and the sanitised columns that it depends on. */
export interface Nulling {
  readonly column: string;
  readonly because: readonly SourceColumn[];
}

/**
 * Which columns of the answer depend on sanitised ones, by whatever road and under whatever name. Counts stay, since `min_size` stands over
 * them; everything else is nulled, also what a sanitised column merely chose, ordered or grouped.
 */
export function nullings(analysis: Analysis, sanitised: (column: SourceColumn) => boolean): Nulling[] {
  return analysis.output.flatMap(({ name, class: what, value, predicate }) => {
    if (what === 'count' || what === 'literal') return [];
    const because = [...new Set([...value, ...predicate])].filter(sanitised);
    return because.length === 0 ? [] : [{ column: name, because }];
  });
}
