import type { Feature, NearMiss, ReleasedUnits } from '@podnet/plan';
import type { Counter } from './counted-rows.ts';
import type { CountedSet, Family } from './unit-sets.ts';

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
  /** A released set made again, with others of its plan and carrier; null where that is not possible. */
  again(released: ReleasedUnits): Family | null;
}

/** Two sets by their rows: which pairs lie nearer than they may. */
interface Candidate {
  readonly a: CountedSet;
  readonly b: CountedSet;
}

/**
 * The difference rule: every set must be the same as each set released before, or far enough from it, and so from the whole dataset and from the other
 * sets of the same answer's row. Sizes tell most of it, equal sums the rest; what is left is compared unit by unit.
 */
export function nearMisses(families: readonly NamedFamily[], released: readonly ReleasedUnits[], comparing: Comparing): NearMiss[] {
  const found: NearMiss[] = [];
  const apartIn = new Map([...new Set(families.map(({ dataset }) => dataset))].map((dataset) => [dataset, new ApartSets([
    ...families.filter((family) => family.dataset === dataset).map(({ sets }) => sets),
    ...[...Map.groupBy(released.filter((one) => one.dataset === dataset), familyKey).values()].map((before) => before.map(setOf)),
  ])]));
  for (const [index, family] of families.entries()) {
    const { dataset, feature } = family;
    const nearest = comparing.nearest(dataset);
    const miss = (distance: number | null): void => {
      if (distance === null || (distance > 0 && distance < nearest)) found.push({ dataset, feature, distance });
    };
    if (feature === 'people') for (const { size } of family.sets) miss(comparing.whole(dataset) - size);
    const alike = released.filter((one) => one.dataset === dataset && one.feature === feature);
    for (const before of Map.groupBy(alike, familyKey).values()) compareWithReleased(family, before, nearest, comparing, apartIn.get(dataset)!, miss);
    for (const other of families.slice(index + 1)) {
      if (other.dataset !== dataset || other.feature !== feature) continue;
      for (const distance of distances(comparing.counter, family, other, candidates(family.sets, other.sets, nearest).filter(({ a, b }) => standTogether(a.row, b.row)))) miss(distance);
    }
  }
  return [...new Map(found.map((miss) => [JSON.stringify(miss), miss])).values()];
}

/** Sets that are made again together. */
export function familyKey({ recipe, version }: ReleasedUnits): string {
  const { suppress, sources, carriers } = decodeRow(recipe.row);
  return JSON.stringify([version, recipe.carrier, recipe.plan, suppress, sources, carriers]);
}

const setOf = ({ size, sum, recipe }: ReleasedUnits): CountedSet => ({ size, sum, row: decodeRow(recipe.row).row });

/** Sets of one row of the answer: a group and the sides in it have a beginning in common. All rows together stand with everything. */
const standTogether = (a: string, b: string): boolean => a.startsWith(b) || b.startsWith(a);

/** Pairs whose sizes leave it open whether they are near. */
function candidates(ours: readonly CountedSet[], theirs: readonly CountedSet[], nearest: number): Candidate[] {
  const bySize = [...theirs].sort((x, y) => x.size - y.size);
  return ours.flatMap((a) => bySize.slice(firstAtLeast(bySize, a.size - nearest + 1), firstAtLeast(bySize, a.size + nearest)).flatMap((b) => (a.sum !== '' && a.sum === b.sum && a.size === b.size ? [] : [{ a, b }])));
}

function firstAtLeast(bySize: readonly CountedSet[], size: number): number {
  let [low, high] = [0, bySize.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (bySize[middle]!.size < size) low = middle + 1;
    else high = middle;
  }
  return low;
}

function compareWithReleased(family: NamedFamily, before: readonly ReleasedUnits[], nearest: number, comparing: Comparing, apart: ApartSets, miss: (distance: number | null) => void): void {
  const theirs = before.map(setOf);
  const open = candidates(family.sets, theirs, nearest).filter((pair) => {
    const distance = apart.distance(pair);
    if (distance !== null) miss(distance);
    return distance === null;
  });
  if (open.length === 0) return;
  const again = before[0]!.version === comparing.version(family.dataset) ? comparing.again(before[0]!) : null;
  const sizes = new Map(again?.sets.map(({ row, size }) => [row, size]));
  // A set that comes back with another size is not the set that was released.
  const isSame = ({ b }: Candidate): boolean => sizes.get(b.row) === b.size;
  for (const one of open) if (!isSame(one)) miss(null);
  if (again !== null) for (const distance of distances(comparing.counter, family, again, open.filter(isSame))) miss(distance);
}

/**
 * Distances that need no look at units. Where the sizes of a family's sets add up to that of all together they share nobody; then whatever is the same as
 * one of them shares nobody with the others, and is within all together.
 */
class ApartSets {
  private readonly found = new Map<string, { readonly family: number; readonly isAll: boolean }[]>();

  constructor(families: readonly (readonly CountedSet[])[]) {
    for (const [family, sets] of families.filter(areApart).entries()) {
      for (const set of sets) if (set.sum !== '') this.found.set(nameOf(set), [...(this.found.get(nameOf(set)) ?? []), { family, isAll: set.row === '' }]);
    }
  }

  /** Null when it is not known. For sets that are not the same. */
  distance({ a, b }: Candidate): number | null {
    const [ours, theirs] = [this.found.get(nameOf(a)), this.found.get(nameOf(b))];
    for (const { family, isAll } of ours ?? []) {
      const other = theirs?.find((one) => one.family === family);
      if (other !== undefined) return isAll || other.isAll ? Math.abs(a.size - b.size) : a.size + b.size;
    }
    return null;
  }
}

const nameOf = ({ size, sum }: CountedSet): string => `${size} ${sum}`;

function areApart(sets: readonly CountedSet[]): boolean {
  const all = sets.find(({ row }) => row === '');
  return all !== undefined && sets.reduce((sum, { row, size }) => (row === '' ? sum : sum + size), 0) === all.size;
}

/** |A| + |B| − 2|A ∩ B| of every pair. */
function distances({ pl, collect }: Counter, ours: Family, theirs: Family, pairs: readonly Candidate[]): number[] {
  if (pairs.length === 0) return [];
  const rowsOf = (rows: readonly string[]) => pl.DataFrame({ row: [...new Set(rows)] }).lazy();
  const mine = ours.members().join(rowsOf(pairs.map(({ a }) => a.row)), { on: 'row', how: 'semi' });
  const others = theirs.members().join(rowsOf(pairs.map(({ b }) => b.row)), { on: 'row', how: 'semi' }).select(pl.col('row').alias('other'), pl.col('unit'));
  const shared = collect(mine.join(others, { on: 'unit', how: 'inner' }).groupBy(['row', 'other'], false).agg(pl.len().alias('n'))).toRecords();
  const sharedBy = new Map(shared.map((record) => [JSON.stringify([record['row'], record['other']]), Number(record['n'])]));
  return pairs.map(({ a, b }) => a.size + b.size - 2 * (sharedBy.get(JSON.stringify([a.row, b.row])) ?? 0));
}

/** What a recipe says besides its plan and carrier. */
export interface RecipeRow {
  readonly row: string;
  /** Below which sizes groups were dropped when the set was made. */
  readonly suppress: readonly (readonly [dataset: string, least: number])[];
  /** Version of every dataset that the plan scans; for tables of the modeller the hash of their content. */
  readonly sources: readonly (readonly [name: string, version: string])[];
  /** Digest of the carriers that the plan had when it was analysed: another analysis may count other people under the same number. */
  readonly carriers: string;
}

export const encodeRow = (recipe: RecipeRow): string => JSON.stringify(recipe);

export function decodeRow(text: string | null): RecipeRow {
  const { row, suppress, sources, carriers } = (text === null ? {} : JSON.parse(text)) as Partial<RecipeRow>;
  return { row: row ?? '', suppress: suppress ?? [], sources: sources ?? [], carriers: carriers ?? '' };
}
