import type { ColumnType } from '@podnet/plan';

/** A value of an answer as JSON holds it. Whole numbers beyond 2^53 are texts of digits, dates and instants ISO 8601 texts, durations milliseconds. */
export type Cell = string | number | boolean | null | readonly Cell[];

export interface AnswerColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** Sanitised: every value was nulled, whatever it was. */
  readonly nulled: boolean;
  /** **Shape** (rows). */
  readonly values: readonly Cell[];
}

/** A released table: what one pod answers to a plan, and what pods' answers are pooled into. */
export interface Answer {
  readonly rows: number;
  readonly columns: readonly AnswerColumn[];
  /** Small groups were left out (how many is not said). */
  readonly suppressed: boolean;
  /** What the custodian was warned of, where an unsafe answer was released all the same. */
  readonly warnings: readonly string[];
}

/** A small table that the modeller brings, by rows as written in the task. */
export interface OwnTable {
  readonly columns: readonly { readonly name: string; readonly type: ColumnType }[];
  /** **Shape** (rows, columns). */
  readonly rows: readonly (readonly Cell[])[];
}

/** How an algorithm's pod part asks for data through a plan: the only way that is judged by the dataset's policy. */
export interface QueryAsk {
  /** The plan as JSON; it is parsed and checked again. */
  readonly plan: unknown;
  readonly tables: Readonly<Record<string, OwnTable>>;
}

/** How a pod part asks for a plan to be kept at the pod instead of answered: nothing is released. */
export interface KeepAsk extends QueryAsk {
  /** What the asker calls it. A later plan scans it by this name, at this pod and for this asker only. */
  readonly name: string;
  readonly hours: number;
}

/** A frame that is kept at a pod: its plan, bound to the datasets as they are. Its columns follow from published schemas. */
export interface KeptFrame {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: ColumnType }[];
}

/** A frame that its maker keeps at a pod, as the pod tells of it: what it was made of and until when. Never how many rows it has. */
export interface FrameEntry extends KeptFrame {
  /** Datasets under it. */
  readonly datasets: readonly string[];
  /** Milliseconds since the epoch, by the pod's clock. */
  readonly madeAt: number;
  readonly expiresAt: number;
  /** Its data has changed since, or it cannot be read any more: nothing can be asked of it, and its columns are not told. */
  readonly stale: boolean;
}

/** What an asker may do with the frames that they keep at a pod, beside asking them. Reads no data. */
export interface FrameShelf {
  /** Those over datasets that the grant covers, newest first. */
  list(): readonly FrameEntry[];
  /** **Throws** `dataset.unknown` for what is not there and for what is another's, in the same words. */
  delete(name: string): void;
}
