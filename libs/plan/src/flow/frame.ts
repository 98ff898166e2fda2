import { joinIds, noIds, type Ids } from './ids.ts';
import type { Facts } from './facts.ts';

/** How the units of one carrier lie over the rows of a frame. */
export interface Spread {
  /** Every row has at most one unit of it. */
  readonly single: boolean;
  /**
   * While `single`: the most rows of this frame that one row of the source can have become. Afterwards: the same for the rows that were
   * grouped. Null when nothing bounds it.
   */
  readonly duplication: number | null;
  /** Where its rows were first grouped; null while single, or when they were grouped more than once. */
  readonly groupedAt: string | null;
}

/**
 * What is known of a frame without looking at any row. The law it keeps: **whether a row is there, and what its stable columns hold,
 * depends on the units of its carriers only; when a unit goes, rows that carry it may go, and no row comes that was not there.** Columns
 * that are not stable may change, on rows that carry the unit. Steps that would break the law settle their input first, or are refused.
 */
export interface Frame {
  readonly columns: ReadonlyMap<string, Facts>;
  /** The carriers of every row. */
  readonly carriers: ReadonlyMap<number, Spread>;
  /** Carriers of columns that decided which rows are here, or in which order. */
  readonly decided: Ids;
  /** Source columns that decided which rows are here, or in which order. */
  readonly rows: Ids;
  /** Path of the step that picked rows by their place; such rows are released one by one or not at all. */
  readonly picked: string | null;
  /** Columns whose values together stand in one row only. */
  readonly keys: readonly string[] | null;
}

/** True when nobody stands behind the rows: a table of the modeller, or rows settled before. */
export const isOpen = (frame: Frame): boolean => frame.carriers.size === 0;

/** True when some row stands for a single unit. */
export function isRowLevel(frame: Frame): boolean {
  for (const spread of frame.carriers.values()) if (spread.single) return true;
  return false;
}

/** The facts of a column that the type check has found. */
export function factsOf(frame: Frame, name: string): Facts {
  const facts = frame.columns.get(name);
  if (facts === undefined) throw new Error('A column that was checked is not in the frame.');
  return facts;
}

/** All carriers that stand behind the frame's rows and columns. */
export function everyCarrier(frame: Frame): Ids {
  let all: Ids = joinIds(new Set(frame.carriers.keys()), frame.decided);
  for (const facts of frame.columns.values()) all = joinIds(all, facts.carriers);
  return all;
}

export const columnsOf = (entries: Iterable<readonly [string, Facts]>): ReadonlyMap<string, Facts> => new Map(entries);

/** Every row becomes up to `times` rows (null: nobody knows how many). */
export function multiplied(carriers: ReadonlyMap<number, Spread>, times: number | null): ReadonlyMap<number, Spread> {
  return new Map([...carriers].map(([id, spread]) => [id, { ...spread, duplication: spread.duplication === null || times === null ? null : spread.duplication * times, groupedAt: spread.single || times === 1 ? spread.groupedAt : null }]));
}

export const emptyFrame: Frame = { columns: new Map(), carriers: new Map(), decided: noIds, rows: noIds, picked: null, keys: null };
