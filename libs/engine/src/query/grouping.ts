import type { Expression, Frame } from '../polars.ts';
import type { Compilation, Step } from './compilation.ts';
import { pairsOf, seen, sideOf, sidesOf, type Birthplace } from './births.ts';
import { joinedByTokens } from './joined-by-tokens.ts';
import { MetUnits } from './met-units.ts';
import type { Carried, OneUnit, QueryFrame, Tally, UnitSet } from './query-frame.ts';
import { hashed } from './scanning.ts';
import type { Sums } from './sums.ts';

/** Rows that are about to become groups. */
export interface Grouping {
  readonly step: Step;
  readonly input: QueryFrame;
  /** Keys of the columns that rows are grouped by; none makes one group of all. */
  readonly by: readonly string[];
  /** Columns of the groups, under their keys. */
  readonly aggregates: readonly Expression[];
  /** Where the carriers of the node are born. */
  readonly births: readonly Birthplace[];
}

/** How the groups of a node count who is in them. */
interface Counting {
  count(which: Expression): string;
  sums(carrier: number, of: OneUnit, times: number, which: Expression | null): Tally['sums'];
  readonly met: MetUnits;
}

/** More combinations of conditions than this are counted only where it has to be exact. */
const mostTalliedSides = 16;

/** Groups with their hidden columns. Visible columns are the caller's: `by` under its own keys, and the aggregates. */
export function groupRows({ step, input, by, aggregates, births }: Grouping): QueryFrame {
  const { run, path } = step;
  const { pl } = run;
  const keyed = run.analysis.keyedGroups.includes(path);
  const marker = run.key();
  const tokens = [marker, ...by];
  const hidden: Expression[] = [];
  const count = (which: Expression | null): string => {
    const { key, expression } = run.keyed(which === null ? pl.len() : which.cast(pl.Int64).sum());
    hidden.push(expression);
    return key;
  };
  let rows: string | null = null;
  const rowsWith = (of: OneUnit): string => (of.certain ? (rows ??= count(null)) : count(pl.col(of.unit).isNotNull()));
  // Beside the rows, so that a unit is hashed once for all who sum it.
  const hashes = new Map<string, { readonly key: string; readonly expression: Expression }[]>();
  const hashesOf = (unit: string, seeds: NonNullable<Sums>): string[] => {
    if (!hashes.has(unit)) hashes.set(unit, seeds.map((seed) => run.keyed(hashed(pl, pl.col(unit), seed))));
    return hashes.get(unit)!.map(({ key }) => key);
  };
  const sums = (id: number, of: OneUnit, times: number, which: Expression | null): Tally['sums'] => {
    const seeds = times === 1 ? run.surroundings.sumsOfRows(id) : null;
    if (seeds === null) return null;
    const has = [...(of.certain ? [] : [pl.col(of.unit).isNotNull()]), ...(which === null ? [] : [which])];
    return hashesOf(of.unit, seeds).map((hash) => {
      const { key, expression } = run.keyed((has.length === 0 ? pl.col(hash) : pl.when(has.reduce((all, one) => all.and(one))).then(pl.col(hash)).otherwise(pl.lit(null))).sum());
      hidden.push(expression);
      return key;
    }) as [string, string];
  };
  const met = new MetUnits(run, input, tokens);
  const carriers = new Map<number, Carried>();
  for (const [id, carried] of input.carriers) {
    if (carried.kind === 'set') carriers.set(id, regrouped(run, input, carried, tokens));
    else if (keyed) carriers.set(id, keptUnit(run, pl.col(carried.unit), carried.certain, hidden));
    else {
      const times = run.timesRows(id, path);
      carriers.set(id, { kind: 'set', tokens, present: null, pairs: met.pairs(carried, null, () => times === 1 && run.surroundings.mostRowsOfUnit(id) === 1), tally: times === null ? null : { rows: [rowsWith(carried)], times, sums: sums(id, carried, times, null) } });
    }
  }
  for (const place of births) carriers.set(place.carrier.id, bornInGroup(place, keyed, tokens, by, { count, sums, met }, hidden, run.timesRows(place.carrier.of!, path)));
  const made = [...aggregates, ...hidden];
  const added = [...hashes.values()].flat().map(({ expression }) => expression);
  const standing = added.length === 0 ? input.frame : input.frame.withColumns(...added);
  const grouped = by.length === 0 ? standing.select(...(made.length === 0 ? [pl.len().alias(run.key())] : made)) : standing.groupBy([...by], false).agg(...made);
  return { frame: grouped.withColumns(pl.lit(true).alias(marker)), columns: new Map(), carriers, marks: new Map(), mostRows: by.length === 0 ? () => 1 : () => input.mostRows(), watches: [] };
}

/** The one unit of all rows of a group. */
function keptUnit(run: Compilation, unit: Expression, certain: boolean, hidden: Expression[]): OneUnit {
  const { key, expression } = run.keyed(unit.max());
  hidden.push(expression);
  return { kind: 'one', unit: key, certain, present: null };
}

function bornInGroup(place: Birthplace, keyed: boolean, tokens: readonly string[], by: readonly string[], { count, sums, met }: Counting, hidden: Expression[], times: number | null): Carried {
  const { run, input, carrier, of } = place;
  const { pl } = run;
  if (keyed && carrier.kind === 'contributors') return keptUnit(run, pl.when(seen(place).isNotNull()).then(pl.col(of.unit)).otherwise(pl.lit(null)), false, hidden);
  const has = pl.col(of.unit).isNotNull();
  const tallied = (): Tally | null => {
    if (keyed || times === null) return null;
    if (carrier.kind === 'contributors') return { rows: [count(of.certain ? seen(place).isNotNull() : has.and(seen(place).isNotNull()))], times, sums: sums(carrier.id, of, times, seen(place).isNotNull()) };
    const sides = carrier.kind === 'side' ? sidesOf(carrier, mostTalliedSides) : null;
    if (sides === null) return null;
    const side = sideOf(run, input, carrier);
    return { rows: sides.map((code) => count(of.certain ? side.eq(pl.lit(code)) : has.and(side.eq(pl.lit(code))))), times, sums: null };
  };
  const pairs = carrier.kind === 'contributors' ? met.pairs(of, seen(place).isNotNull(), () => times === 1 && run.surroundings.mostRowsOfUnit(carrier.id) === 1) : pairsOf(place, tokens, by);
  return { kind: 'set', tokens, present: null, pairs, tally: tallied() };
}

/** The union of the sets of a group's rows. */
function regrouped(run: Compilation, input: QueryFrame, set: UnitSet, tokens: readonly string[]): UnitSet {
  const { pl } = run;
  const [marker, ...by] = tokens;
  const lead = set.tokens.map(() => run.key());
  const frame = (): Frame => {
    const met = input.frame.select(pl.lit(true).alias(marker!), ...by.map((key) => pl.col(key)), ...set.tokens.map((token, index) => pl.col(token).alias(lead[index]!))).unique();
    return joinedByTokens(met, lead, set.pairs.frame(), set.pairs.tokens, 'inner');
  };
  return { kind: 'set', tokens, present: null, pairs: { tokens, unit: set.pairs.unit, side: set.pairs.side, distinct: false, frame }, tally: null };
}
