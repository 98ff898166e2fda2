import type { Frame } from './polars.ts';

/** How the file itself holds a column. */
export type Storage = 'text' | 'number' | 'integer' | 'boolean' | 'date' | 'nested';

/** One column of the file. In the native library it has a name of ours: its own could be a pattern or a method there. */
export interface SourceColumn {
  key: string;
  storage: Storage;
  /** Of a date: the file holds a time of day too. */
  hasTimes?: boolean;
  /** Of a text: every cell is known to be trimmed, and none stands for a missing value. */
  isPlain?: boolean;
}

/** Files as a lazy table. CSV columns are all text; nothing was guessed. Rows come file by file, as they stand there. */
export interface Source {
  frame: Frame;
  /** By their names in the first file, in its order. */
  columns: Map<string, SourceColumn>;
}
