import type { Frame } from '../polars.ts';

/**
 * A step of a query as a lazy native table. Columns have keys of ours (`k12`): no name of a modeller ever meets the native library, where names
 * can be patterns. A key is made once and its column never changes, so a step that drops or renames only changes the map.
 */
export interface QueryFrame {
  readonly frame: Frame;
  /** Keys of the visible columns by name. */
  readonly columns: ReadonlyMap<string, string>;
  /** Hidden: units by carrier. */
  readonly carriers: ReadonlyMap<number, Carried>;
  /** Hidden: conditions by mark, as keys of boolean columns. */
  readonly marks: ReadonlyMap<number, string>;
  /** Keys of columns that have a value in every row. */
  readonly complete: ReadonlySet<string>;
  /** Keys of conditions that hold in no row. */
  readonly never: ReadonlySet<string>;
  /** The most rows that it can have, as far as sizes of sources tell: never of a number that private values decide. */
  mostRows(): number;
  /** Results that the policies want looked at before they are given, as keys of boolean columns that say whether one is suspicious. */
  readonly watches: readonly Watch[];
}

/** How a frame holds the units of a carrier. */
export type Carried = OneUnit | UnitSet;

/** At most one unit in every row. */
export interface OneUnit {
  readonly kind: 'one';
  /** Key of the unit's id; nothing where nobody stands behind the row. */
  readonly unit: string;
  /** Every row has a unit. */
  readonly certain: boolean;
  /** Key of whether the row has the carrier at all; null when every row has it. */
  readonly present: string | null;
}

/** A set of units in every row: that of the group or window whose tokens the row holds. The sets themselves are made only when they are asked for. */
export interface UnitSet {
  readonly kind: 'set';
  /** Keys of what names the set: a first one that is true (nothing: nobody stands behind the row), then the values of the group's keys. */
  readonly tokens: readonly string[];
  readonly present: string | null;
  readonly pairs: Pairs;
  /** What was counted on the way, where that tells something. */
  readonly tally: Tally | null;
}

/** The members of all sets of one birth. **Shape** rows of tokens, a unit, and for sides the side. */
export interface Pairs {
  readonly tokens: readonly string[];
  readonly unit: string;
  readonly side: string | null;
  /** No unit is twice under the same tokens. */
  readonly distinct: boolean;
  /** Made when asked for. */
  frame(): Frame;
}

/**
 * Keys of numbers of rows that carry a unit: one for the set, or one for each side. R rows stand for at least R ÷ (`times` × the greatest number of
 * rows of one unit in the dataset) units, and for exactly R where that is 1.
 */
export interface Tally {
  /** What each side is called; null: it is one set. */
  readonly sides: readonly number[] | null;
  readonly rows: readonly string[];
  readonly times: number;
  /** Keys of the two keyed sums over the hashes of the units, for the set or for each side, where every unit is in one row at most. */
  readonly sums: readonly (readonly [string, string])[] | null;
}

/** A result that may tell of somebody by its value. */
export interface Watch {
  readonly dataset: string;
  readonly column: string;
  readonly kind: 'homogeneous' | 'dominated';
  readonly key: string;
}

/** Hands out keys that no column has. */
export class Keys {
  private made = 0;

  next(): string {
    this.made += 1;
    return `k${this.made}`;
  }
}

/** Keys of every hidden column that travels with the rows. */
export function hiddenKeys({ carriers, marks, watches }: QueryFrame): string[] {
  const ofCarriers = [...carriers.values()].flatMap((carried) => [...(carried.present === null ? [] : [carried.present]), ...(carried.kind === 'one' ? [carried.unit] : [...carried.tokens, ...(carried.tally?.rows ?? []), ...(carried.tally?.sums ?? []).flat()])]);
  return [...new Set([...ofCarriers, ...marks.values(), ...watches.map(({ key }) => key)])];
}
