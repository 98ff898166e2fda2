/** A set of units. Two of one dataset with one name are the same. */
export interface SizedSet {
  readonly name: string;
  readonly size: number;
}

export const nameOf = (size: number, sum: string): string => `${size} ${sum}`;

/** Sets of one carrier, and where one of them is all rows together that one. */
export interface SizedFamily {
  readonly each: readonly SizedSet[];
  readonly all: SizedSet | null;
  /** Each of them shares nobody with the others. */
  readonly isApart: boolean;
}

/**
 * Distances that need no look at units. Where the sets of a family share nobody, as when their sizes add up to that of all together, whatever is the same as one
 * of them shares nobody with the others, and is within all together.
 */
export class ApartSets {
  private readonly families: readonly SizedFamily[];
  private readonly standing = new Map<string, number[]>();

  constructor(families: readonly SizedFamily[]) {
    this.families = families.filter(({ isApart }) => isApart);
    for (const [index, { each, all }] of this.families.entries()) {
      for (const name of new Set([...each, ...(all === null ? [] : [all])].map((set) => set.name))) {
        if (!this.standing.get(name)?.push(index)) this.standing.set(name, [index]);
      }
    }
  }

  /** Null when it is not known. For sets that are not the same. */
  distance(a: SizedSet, b: SizedSet): number | null {
    const family = sharedBy(this.standing.get(a.name) ?? [], this.standing.get(b.name) ?? []);
    if (family === undefined) return null;
    const all = this.families[family]!.all?.name;
    return all === a.name || all === b.name ? Math.abs(a.size - b.size) : a.size + b.size;
  }

  /** Distances under `nearest` between some sets and some others that are not the same, as far as they are known; each at least once. */
  *near(ours: ReadonlySet<string>, theirs: ReadonlySet<string>, nearest: number): Generator<number> {
    for (const { each, all } of this.families) {
      const [mine, others] = [ours, theirs].map((names) => each.filter((set) => names.has(set.name))) as [SizedSet[], SizedSet[]];
      if (all !== null) {
        const within = [...(ours.has(all.name) ? others : []), ...(theirs.has(all.name) ? mine : [])];
        for (const { size } of within) if (all.size - size < nearest) yield all.size - size;
      }
      yield* smallSums(mine, others, nearest, new Map());
    }
  }
}

/** The first number of two ascending lists that is in both. */
function sharedBy(ours: readonly number[], theirs: readonly number[]): number | undefined {
  for (let [at, other] = [0, 0]; at < ours.length && other < theirs.length;) {
    if (ours[at] === theirs[other]) return ours[at];
    if (ours[at]! < theirs[other]!) at += 1;
    else other += 1;
  }
  return undefined;
}

/**
 * Sizes under `nearest` of two sets together that share nobody, one of each side and not the same. `sharing`: how many pairs of two sizes, by `pairOf`, do share
 * somebody.
 */
export function* smallSums(ours: readonly SizedSet[], theirs: readonly SizedSet[], nearest: number, sharing: ReadonlyMap<string, number>): Generator<number> {
  const [mine, others] = [ours, theirs].map((sets) => bySize(sets.filter(({ size }) => size < nearest))) as [SmallSets, SmallSets];
  for (const [size, names] of mine) {
    for (const [other, otherNames] of others) {
      if (size + other >= nearest) continue;
      const same = size === other ? [...names].filter((name) => otherNames.has(name)).length : 0;
      if (names.size * otherNames.size - same > (sharing.get(pairOf(size, other)) ?? 0)) yield size + other;
    }
  }
}

export const pairOf = (size: number, other: number): string => `${size} ${other}`;

type SmallSets = Map<number, Set<string>>;

const bySize = (sets: readonly SizedSet[]): SmallSets => new Map([...Map.groupBy(sets, ({ size }) => size)].map(([size, alike]) => [size, new Set(alike.map(({ name }) => name))]));
