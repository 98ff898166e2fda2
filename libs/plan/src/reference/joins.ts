import type { HiddenRow, HiddenTable } from './table.ts';
import { compareValues, keyOfAll, type Value } from './value.ts';

/** Two rows side by side, or one of them beside nothing: then the other side's carriers are empty. */
function pair(left: HiddenRow | null, right: HiddenRow | null, sides: Sides): HiddenRow {
  const values = new Map<string, Value>();
  for (const name of sides.leftNames) values.set(name, left?.values.get(name) ?? null);
  for (const [from, to] of sides.rightNames) values.set(to, right?.values.get(from) ?? null);
  const nobody = (carriers: ReadonlySet<number>): [number, ReadonlySet<string>][] => [...carriers].map((id) => [id, new Set<string>()]);
  return {
    values,
    units: new Map([...(left?.units ?? nobody(sides.left.carriers)), ...(right?.units ?? nobody(sides.right.carriers))]),
    marks: new Map([...(left?.marks ?? []), ...(right?.marks ?? [])]),
  };
}

export interface Sides {
  readonly left: HiddenTable;
  readonly right: HiddenTable;
  readonly leftNames: readonly string[];
  /** Columns of the right side that stay, with their names in the result. */
  readonly rightNames: ReadonlyMap<string, string>;
}

const keysOf = (row: HiddenRow, on: readonly string[]): Value[] => on.map((name) => row.values.get(name)!);

/** Equal and there: a missing key matches nothing. */
const meet = (a: readonly Value[], b: readonly Value[]): boolean => !a.includes(null) && !b.includes(null) && keyOfAll(a) === keyOfAll(b);

export function joinTables(how: string, leftOn: readonly string[], rightOn: readonly string[], sides: Sides): HiddenTable {
  const { left, right } = sides;
  const partners = left.rows.map((row) => (how === 'cross' ? right.rows : right.rows.filter((other) => meet(keysOf(row, leftOn), keysOf(other, rightOn)))));
  if (how === 'semi' || how === 'anti') return { ...left, rows: left.rows.filter((_row, index) => (partners[index]!.length > 0) === (how === 'semi')) };
  const rows = left.rows.flatMap((row, index) => {
    if (partners[index]!.length === 0) return how === 'left' || how === 'full' ? [pair(row, null, sides)] : [];
    return partners[index]!.map((other) => pair(row, other, sides));
  });
  const met = new Set(partners.flat());
  if (how === 'full') rows.push(...right.rows.filter((row) => !met.has(row)).map((row) => pair(null, row, sides)));
  return { rows, carriers: new Set([...left.carriers, ...right.carriers]) };
}

/** Beside every left row the nearest right row; of several equally near ones the last (backward) or first (forward). */
export function joinNearest(strategy: string, leftOn: string, rightOn: string, leftBy: readonly string[], rightBy: readonly string[], sides: Sides): HiddenTable {
  const { left, right } = sides;
  const rows = left.rows.map((row) => {
    const key = row.values.get(leftOn)!;
    const reachable = right.rows.filter((other) => {
      const place = other.values.get(rightOn)!;
      if (key === null || place === null || (leftBy.length > 0 && !meet(keysOf(row, leftBy), keysOf(other, rightBy)))) return false;
      return strategy === 'backward' ? compareValues(place, key) <= 0 : compareValues(place, key) >= 0;
    }).sort((a, b) => compareValues(a.values.get(rightOn)!, b.values.get(rightOn)!));
    return pair(row, (strategy === 'backward' ? reachable.at(-1) : reachable[0]) ?? null, sides);
  });
  return { rows, carriers: new Set([...left.carriers, ...right.carriers]) };
}
