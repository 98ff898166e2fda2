import { randomBytes } from 'node:crypto';
import type { Expression, Frame, Polars } from '../polars.ts';
import type { Keys } from '../query/query-frame.ts';
import { hashed } from '../query/scanning.ts';

/** Seeds that nobody can foresee, for one query. */
function freshSeeds(): [number, number, number, number] {
  const bytes = randomBytes(32);
  return [0, 8, 16, 24].map((at) => Number(bytes.readBigUInt64LE(at) & 0x1f_ffff_ffff_ffffn)) as [number, number, number, number];
}

export interface Bounds {
  readonly unit: string;
  readonly by: readonly string[];
  readonly maxRows: number;
  readonly maxGroups: number;
}

/**
 * Of every unit at most `maxGroups` groups, and of each of them at most `maxRows` rows, all chosen at random anew for each query. Rows that name no unit belong to
 * nobody whose presence could be hidden, and are left out.
 *
 * **Privacy** which rows are kept of a unit depends on its own rows alone, so that one unit more or less moves no other one's.
 */
export function bounded(pl: Polars, keys: Keys, frame: Frame, { unit, by, maxRows, maxGroups }: Bounds): Frame {
  const named = frame.filter(pl.col(unit).isNotNull());
  const group = keys.next();
  const row = keys.next();
  const index = keys.next();
  const ofGroup: Expression = by.length === 0 ? pl.lit(0) : hashed(pl, pl.struct([unit, ...by].map((key) => pl.col(key))), freshSeeds());
  const numbered = named.withRowIndex(index).withColumns(ofGroup.alias(group), hashed(pl, pl.col(index), freshSeeds()).alias(row));
  const few = by.length === 0 ? numbered : numbered.filter(pl.col(group).rank('dense').over(pl.col(unit)).ltEq(pl.lit(maxGroups)));
  return few.filter(pl.col(row).rank('ordinal').over(pl.col(unit), pl.col(group)).ltEq(pl.lit(maxRows)));
}
