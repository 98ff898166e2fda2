import type { ColumnType } from './column-type.ts';
import type { DatasetSource, OwnSource, Schema } from './source.ts';

/**
 * How many values an expression gives: one that does not depend on rows, one for every row, one for all rows of its group, or one for some
 * rows (which only an aggregate takes).
 */
export type Level = 'literal' | 'row' | 'aggregate' | 'filtered';

/** An expression that fits the frame it is read in. */
export interface TypedExpression<F = unknown> {
  /** Its name in the registry of expressions. */
  readonly kind: string;
  readonly fields: F;
  readonly operands: readonly TypedExpression[];
  /** Where it stands in the JSON: `$.input.predicate.left`. */
  readonly path: string;
  readonly type: ColumnType;
  readonly level: Level;
  /** An aggregate stands in it somewhere. */
  readonly aggregates: boolean;
  /** The name of the column it makes when it has no alias: that of its first column, as Polars has it. */
  readonly output: string;
}

/** A node whose inputs and expressions fit. */
export interface TypedNode<F = unknown> {
  /** Its name in the registry of nodes. */
  readonly kind: string;
  readonly fields: F;
  readonly inputs: readonly TypedNode[];
  readonly expressions: readonly TypedExpression[];
  readonly path: string;
  readonly schema: Schema;
  /** Only on a scan: what it reads. */
  readonly source: Source | null;
}

/** A plan that was read, limited and checked. Nothing else is analysed, printed or run. */
export interface TypedPlan {
  readonly version: 1;
  readonly root: TypedNode;
  /** Number of nodes, for limits and figures. */
  readonly nodes: number;
}

/** A frame kept at the pod. It is analysed as if its plan stood in its place, so nothing is forgotten between two steps. */
export interface DerivedSource {
  readonly kind: 'derived';
  readonly plan: TypedPlan;
}

export type Source = DatasetSource | OwnSource | DerivedSource;

/** What a plan may scan, by name. */
export type Sources = ReadonlyMap<string, Source>;
