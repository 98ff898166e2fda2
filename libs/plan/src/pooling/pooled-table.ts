import type { Cell } from '../cell.ts';
import type { ColumnType } from '../column-type.ts';
import type { Value } from '../reference/value.ts';

/** What a pod answered: the form of every answer to a plan, as far as pooling looks at it. */
export interface PodTable {
  readonly rows: number;
  readonly columns: readonly { readonly name: string; readonly type: ColumnType; readonly nulled: boolean; readonly values: readonly Cell[] }[];
}

/** The groups of all pods, before the rest of the plan. */
export interface PooledTable {
  readonly columns: readonly { readonly name: string; readonly type: ColumnType; readonly nulled: boolean }[];
  /** **Shape** (rows, columns). */
  readonly rows: readonly (readonly Value[])[];
}

export type PodColumn = PodTable['columns'][number];

export const columnOf = ({ columns }: PodTable, name: string): PodColumn => columns.find((column) => column.name === name)!;
