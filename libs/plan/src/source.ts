import type { ColumnType } from './column-type.ts';

/** One column of a frame. */
export interface PlanColumn {
  readonly name: string;
  readonly type: ColumnType;
}

/** The columns of a frame, in order. */
export type Schema = readonly PlanColumn[];

/** A column of a dataset as its custodian publishes it. Unless said otherwise, values may be missing. */
export interface DatasetColumn extends PlanColumn {
  readonly nullable?: boolean;
}

/** A private dataset of the pod. */
export interface DatasetSource {
  readonly kind: 'dataset';
  readonly columns: readonly DatasetColumn[];
  /** The column that names the privacy unit; null when every row is its own unit. */
  readonly unit: string | null;
}

/** A small table that the modeller brings. Its rows are nobody's contribution. */
export interface OwnSource {
  readonly kind: 'own';
  readonly columns: readonly PlanColumn[];
}
