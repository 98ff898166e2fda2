import type { Value } from './value.ts';

/** A row with what is hidden beside it. */
export interface HiddenRow {
  readonly values: ReadonlyMap<string, Value>;
  /** Units by carrier. A carrier of another branch of a `concat` is not there; an empty set says that nobody stands behind the row. */
  readonly units: ReadonlyMap<number, ReadonlySet<string>>;
  readonly marks: ReadonlyMap<number, Value>;
}

export interface HiddenTable {
  readonly rows: readonly HiddenRow[];
  /** All carriers of the frame, whether a row has them or not. */
  readonly carriers: ReadonlySet<number>;
}

/** The units of several rows together, an empty set for every carrier that none of them has. */
export function unionUnits(rows: readonly HiddenRow[], carriers: ReadonlySet<number>): Map<number, ReadonlySet<string>> {
  return new Map([...carriers].map((id) => [id, new Set(rows.flatMap((row) => [...(row.units.get(id) ?? [])]))]));
}

/** Rows in groups by a text for each, in the order of first appearance. */
export function groupRows<T>(rows: readonly T[], keyOfRow: (row: T, index: number) => string): T[][] {
  const groups = new Map<string, T[]>();
  rows.forEach((row, index) => {
    const key = keyOfRow(row, index);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  });
  return [...groups.values()];
}
