import type { ColumnType } from '@podnet/plan';
import type { PublishedColumn } from './schema.ts';

/** The type that a plan gives a published column. */
export function planTypeOf({ kind, times }: Pick<PublishedColumn, 'kind' | 'times'>): ColumnType {
  if (kind === 'category') return 'text';
  return kind === 'date' && times ? 'datetime' : kind;
}
