import type { Cell } from '../cell.ts';

/** Declared by the custodian, in the column's unit; both ends are bounds, 0 as any other number. */
export interface DeclaredBounds {
  readonly lower: number;
  readonly upper: number;
  /** The step to which values are rounded before they are added up. */
  readonly granularity: number;
}

/** What is declared of a column. Nothing of it is read off the data. */
export interface PrivateColumn {
  readonly name: string;
  readonly bounds: DeclaredBounds | null;
  readonly nullable: boolean;
  /** All values that it can have as a key, whoever is in the table; null: its keys are private. Only declared domains count, never observed ones. */
  readonly publicValues: readonly Cell[] | null;
  /** False: the custodian lets no value of it leave, in whatever form. */
  readonly selectable: boolean;
}

/** A table about people: one privacy unit is protected in it. */
export interface PrivateTable {
  readonly kind: 'private';
  /** The column that names the privacy unit; null: every row is its own. */
  readonly unit: string | null;
  /** Rows of one unit within one group, at most; more are left out at random. */
  readonly maxRows: number;
  /** Groups that one unit counts in, at most; more are left out at random. */
  readonly maxGroups: number;
  readonly columns: readonly PrivateColumn[];
}

/** A table about nobody: it may be joined on its unique key. */
export interface PublicTable {
  readonly kind: 'public';
  readonly uniqueKey: string | null;
  readonly columns: readonly PrivateColumn[];
}

/** What a private query may read, by name: what the custodian declares for differential privacy. */
export type PrivateMetadata = ReadonlyMap<string, PrivateTable | PublicTable>;
