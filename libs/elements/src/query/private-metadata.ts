import type { PrivateColumn, PrivateMetadata, PrivateTable, PublicTable } from '@podnet/plan';
import { canonicalDomain } from '../canonical-schema.ts';
import type { Cell } from './answer.ts';

/** A dataset with what its custodian has declared of it. */
export interface DeclaredDataset {
  name: string;
  columns: readonly { name: string; kind: string; domain?: { source: 'declared' | 'observed'; values: readonly string[] } | undefined; bounds?: { lower: number; upper: number; granularity: number } | undefined; nullable?: false | undefined }[];
  privacy?: { unit: string | null; maxRows: number; maxGroups: number } | { public: true; uniqueKey: string | null } | undefined;
  /** Columns of which no value leaves, in whatever form. */
  sanitised: readonly string[];
}

/** Whole numbers of a declared range are keys that are all answered for, up to so many. */
const mostNumbers = 1_000;

/** What private queries may read: only what is declared for them. */
export function privateMetadataOf(datasets: readonly DeclaredDataset[]): PrivateMetadata {
  return new Map(datasets.flatMap(({ name, columns, privacy, sanitised }): [string, PrivateTable | PublicTable][] => {
    if (privacy === undefined) return [];
    const declared = columns.map((column): PrivateColumn => ({ name: column.name, bounds: column.bounds ?? null, nullable: column.nullable !== false, publicValues: publicValues(column), selectable: !sanitised.includes(column.name) }));
    if ('public' in privacy) return [[name, { kind: 'public', uniqueKey: privacy.uniqueKey, columns: declared }]];
    return [[name, { kind: 'private', ...privacy, columns: declared }]];
  }));
}

/** Observed values would tell of those who have them. */
function publicValues({ kind, domain, bounds }: DeclaredDataset['columns'][number]): readonly Cell[] | null {
  if (kind === 'category') return domain?.source === 'declared' ? canonicalDomain(domain.values) : null;
  if (kind === 'boolean') return [false, true];
  if (kind !== 'integer' || bounds === undefined || bounds.granularity !== 1) return null;
  const [first, last] = [Math.ceil(bounds.lower), Math.floor(bounds.upper)];
  return last - first < mostNumbers ? Array.from({ length: last - first + 1 }, (_, i) => first + i) : null;
}
