/** The kinds of column that Podnet knows. `category` is a text or number with a published domain. */
export type ColumnKind = 'number' | 'integer' | 'boolean' | 'category' | 'text' | 'date';

/** A numeric column. **Shape** (rows). Missing is NaN. Booleans are 0 and 1. */
export interface NumberColumn {
  kind: 'number';
  name: string;
  values: Float64Array;
}

/** A categorical column. **Shape** (rows); each code is an index into `domain`, missing is -1. */
export interface CategoryColumn {
  kind: 'category';
  name: string;
  codes: Int32Array;
  domain: string[];
}

export type Column = NumberColumn | CategoryColumn;

/** Columns of equal length, as the engine hands them to an algorithm. Never leaves the runner. */
export interface Table {
  rows: number;
  columns: Column[];
}

/** Which rows serve what. **Shape** (rows of the part): ascending row numbers. */
export interface Split {
  train: Int32Array;
  validation: Int32Array;
  test: Int32Array;
}

export type SplitPart = keyof Split;
