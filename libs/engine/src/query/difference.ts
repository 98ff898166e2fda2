import type { Feature, NearMiss, ReleasedFamily } from '@podnet/plan';
import { ApartSets, nameOf, pairOf, smallSums, type SizedFamily, type SizedSet } from './apart-sets.ts';
import type { Counter } from './counted-rows.ts';
import type { Family } from './unit-sets.ts';

/** Sets of one carrier, and what they are compared by. */
export interface NamedFamily extends Family {
  readonly dataset: string;
  readonly feature: string;
  readonly carrier: number;
}

export const featureText = (feature: Feature): string => (feature === 'people' ? feature : JSON.stringify(feature.valuesOf));

/** What is known of the datasets that the rule looks at. */
export interface Comparing {
  readonly counter: Counter;
  /** Sets nearer than this to each other, and not the same, tell of fewer people than they should. */
  nearest(dataset: string): number;
  version(dataset: string): string;
  /** Number of units of a dataset. */
  whole(dataset: string): number;
  /** A released family made again; null where that is not possible. */
  again(released: ReleasedFamily): Family | null;
}

/** A set of the answer, with the families that have it in the same row. */
interface Standing extends SizedSet {
  readonly row: string;
  readonly families: readonly NamedFamily[];
}

/**
 * The difference rule: every set must be the same as each set released before, or far enough from it, and so from the whole dataset and from the other
 * sets of the same answer's row. Sizes tell most of it, equal sums the rest; what is left is compared unit by unit. One near miss decides for its dataset: the
 * first that is found is given, and those are looked for first that cost least.
 */
export function nearMisses(families: readonly NamedFamily[], released: readonly ReleasedFamily[], comparing: Comparing): NearMiss[] {
  return [...Map.groupBy(families, ({ dataset }) => dataset)].flatMap(([dataset, own]) => {
    const [first] = missesOf(dataset, own, released.filter((one) => one.dataset === dataset), comparing);
    return first === undefined ? [] : [first];
  });
}

function* missesOf(dataset: string, families: readonly NamedFamily[], released: readonly ReleasedFamily[], comparing: Comparing): Generator<NearMiss> {
  const nearest = comparing.nearest(dataset);
  const before = released.map((one) => ({ released: one, ...setsOf(one) }));
  const apart = new ApartSets([...families.map(sizedOf), ...before]);
  const features = [...Map.groupBy(families, ({ feature }) => feature)].map(([feature, own]) => ({ feature, own: merged(own), before: before.filter((one) => one.released.feature === feature) }));
  const looks: ((compared: (typeof features)[number]) => Iterable<number | null>)[] = [
    ({ own, feature }) => (feature === 'people' ? own.map(({ size }) => comparing.whole(dataset) - size) : []),
    ({ own, before: theirs }) => apart.near(namesOf(own), namesOf(theirs.flatMap(allSets)), nearest),
    ({ own }) => withinRows(own, apart, nearest, comparing.counter),
    function* ({ own, before: theirs }) {
      for (const one of theirs) yield* fromReleased(own, one, apart, nearest, comparing);
    },
  ];
  for (const look of looks) {
    for (const compared of features) {
      for (const distance of look(compared)) if (distance === null || (distance > 0 && distance < nearest)) yield { dataset, feature: compared.feature, distance };
    }
  }
}

/** A family that was released, with its sets by name. */
interface Remembered extends SizedFamily {
  readonly released: ReleasedFamily;
}

const namesOf = (sets: readonly SizedSet[]): Set<string> => new Set(sets.map(({ name }) => name));

const allSets = ({ each, all }: SizedFamily): SizedSet[] => (all === null ? [...each] : [all, ...each]);

function sizedOf({ sets, isApart }: Family): SizedFamily {
  const named = sets.map(({ row, size, sum }) => ({ row, size, name: nameOf(size, sum) }));
  return { isApart, all: named.find(({ row }) => row === '') ?? null, each: named.filter(({ row }) => row !== '') };
}

function setsOf({ sizes, sums, hasAll, isApart }: ReleasedFamily): SizedFamily {
  const sets = sizes.map((size, index) => ({ size, name: nameOf(size, sums[index]!) }));
  return hasAll ? { isApart, all: sets[0]!, each: sets.slice(1) } : { isApart, all: null, each: sets };
}

/** The sets of families of one feature, each of them once for its row. */
function merged(families: readonly NamedFamily[]): Standing[] {
  const standing = new Map<string, { name: string; size: number; row: string; families: NamedFamily[] }>();
  for (const family of families) {
    for (const { size, sum, row } of family.sets) {
      const name = nameOf(size, sum);
      const key = `${name} ${row}`;
      if (!standing.get(key)?.families.push(family)) standing.set(key, { name, size, row, families: [family] });
    }
  }
  return [...standing.values()];
}

/** Sets of one row of the answer are compared: a group and the sides in it have a beginning in common. All rows together stand with everything. */
function* withinRows(standing: readonly Standing[], apart: ApartSets, nearest: number, counter: Counter): Generator<number> {
  const byRow = [...standing].sort((a, b) => (a.row < b.row ? -1 : a.row > b.row ? 1 : 0));
  const open: { readonly a: Standing; readonly b: Standing }[] = [];
  for (const [at, a] of byRow.entries()) {
    // Rows that begin with a row come right after it.
    for (let next = at + 1; next < byRow.length && byRow[next]!.row.startsWith(a.row); next++) {
      const b = byRow[next]!;
      if (Math.abs(a.size - b.size) >= nearest || a.name === b.name || isOneFamily(a, b)) continue;
      const distance = apart.distance(a, b);
      if (distance === null) open.push({ a, b });
      else yield distance;
    }
  }
  for (const [ours, pairs] of Map.groupBy(open, ({ a }) => a.families[0]!)) {
    for (const [theirs, ofBoth] of Map.groupBy(pairs, ({ b }) => b.families[0]!)) {
      const found = sharedUnits(counter, { family: ours, rows: ofBoth.map(({ a }) => a.row) }, { family: theirs, rows: ofBoth.map(({ b }) => b.row) });
      const shared = new Map(found.map(({ row, other, units }) => [JSON.stringify([row, other]), units]));
      for (const { a, b } of ofBoth) yield a.size + b.size - 2 * (shared.get(JSON.stringify([a.row, b.row])) ?? 0);
    }
  }
}

/** Groups of one aggregate are one answer. */
const isOneFamily = (a: Standing, b: Standing): boolean => a.families.length === 1 && b.families.length === 1 && a.families[0] === b.families[0];

/** Distances from the sets of one released family, as far as they are not known. */
function* fromReleased(standing: readonly Standing[], remembered: Remembered, apart: ApartSets, nearest: number, comparing: Comparing): Generator<number | null> {
  const { released } = remembered;
  const before = allSets(remembered);
  const known = remembered.isApart ? namesOf(before) : new Set<string>();
  const strangers = standing.filter(({ name }) => !known.has(name));
  if (strangers.length === 0) return;
  const ours = bySize(strangers);
  const open = new Map(before.filter((b) => ours.around(b.size, nearest).some((a) => a.name !== b.name && apart.distance(a, b) === null)).map((b) => [b.name, b]));
  if (open.size === 0) return;
  const again = released.version === comparing.version(released.dataset) ? comparing.again(released) : null;
  const rows = new Map(again?.sets.map(({ size, sum, row }) => [nameOf(size, sum), row]));
  // A set that does not come back as it was released cannot be compared with.
  if (again === null || [...open.keys()].some((name) => !rows.has(name))) return yield null;
  const theirs = bySize([...open.values()]);
  const others = new Map([...open].map(([name, set]) => [rows.get(name)!, set]));
  for (const [family, sets] of Map.groupBy(strangers.filter(({ size }) => theirs.around(size, nearest).length > 0), ({ families }) => families[0]!)) {
    const mine = new Map(sets.map((set) => [set.row, set]));
    const sharing = new Map<string, Set<string>>();
    for (const { row, other, units } of sharedUnits(comparing.counter, { family, rows: [...mine.keys()] }, { family: again, rows: [...others.keys()] })) {
      const [a, b] = [mine.get(row)!, others.get(other)!];
      yield a.size + b.size - 2 * units;
      const sizes = pairOf(a.size, b.size);
      if (a.name !== b.name) sharing.set(sizes, (sharing.get(sizes) ?? new Set()).add(`${a.name}, ${b.name}`));
    }
    yield* smallSums([...mine.values()], [...others.values()], nearest, new Map([...sharing].map(([sizes, pairs]) => [sizes, pairs.size])));
  }
}

/** Sets in the order of their sizes, so that those of about one size stand together. */
function bySize<T extends SizedSet>(sets: readonly T[]): { around(middle: number, nearest: number): T[] } {
  const sorted = [...sets].sort((x, y) => x.size - y.size);
  const firstAtLeast = (least: number): number => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle]!.size < least) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return { around: (middle, nearest) => sorted.slice(firstAtLeast(middle - nearest + 1), firstAtLeast(middle + nearest)) };
}

interface SomeRows {
  readonly family: Family;
  readonly rows: readonly string[];
}

/** How many units two sets share, of all pairs that share some. */
function sharedUnits({ pl, collect }: Counter, ours: SomeRows, theirs: SomeRows): { row: string; other: string; units: number }[] {
  const membersOf = ({ family, rows }: SomeRows) => family.members().join(pl.DataFrame({ row: [...new Set(rows)] }).lazy(), { on: 'row', how: 'semi' });
  const others = membersOf(theirs).select(pl.col('row').alias('other'), pl.col('unit'));
  const shared = collect(membersOf(ours).join(others, { on: 'unit', how: 'inner' }).groupBy(['row', 'other'], false).agg(pl.len().alias('n')));
  return shared.toRecords().map((record) => ({ row: String(record['row']), other: String(record['other']), units: Number(record['n']) }));
}
