import type { Expression, Frame } from '../polars.ts';
import type { Compilation, Step } from './compilation.ts';
import { isEverybody, pairsOf, seen, sideOf, sidesOf, type Birthplace } from './births.ts';
import { joinedByTokens } from './joined-by-tokens.ts';
import { MetUnits } from './met-units.ts';
import type { Carried, OneUnit, QueryFrame, Tally, UnitSet } from './query-frame.ts';
import { hashed } from './scanning.ts';
import { summands, type Sums } from './sums.ts';

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

type Keyed = ReturnType<Compilation['keyed']>;

/** How the groups of a node count who is in them. */
interface Counting {
  count(which: Expression): string;
  /** Of rows where a value is not missing. */
  countValues(value: Expression): string;
  sums(carrier: number, of: OneUnit, times: number, which: readonly (Expression | null)[]): Tally['sums'];
  readonly met: MetUnits;
}

/** More combinations of conditions than this are counted only where it has to be exact. */
const mostTalliedSides = 16;

/** With more of them, who is on which side is looked up in a pass of its own. */
const mostSummedSides = 4;

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
  const countValues = (value: Expression): string => {
    const { key, expression } = run.keyed(value.count());
    hidden.push(expression);
    return key;
  };
  let rows: string | null = null;
  const rowsWith = (of: OneUnit): string => (of.certain ? (rows ??= count(null)) : countValues(pl.col(of.unit)));
  // Beside the rows, so that a unit is hashed once for all who sum it.
  const hashes = new Map<string, { readonly hash: Keyed; readonly square: Keyed }>();
  const hashesOf = (unit: string, seeds: NonNullable<Sums>): string[] => {
    let made = hashes.get(unit);
    if (made === undefined) {
      const hash = run.keyed(hashed(pl, pl.col(unit), seeds));
      hashes.set(unit, (made = { hash, square: run.keyed(summands(pl.col(hash.key))[1]) }));
    }
    return [made.hash.key, made.square.key];
  };
  const sums = (id: number, of: OneUnit, times: number, parts: readonly (Expression | null)[]): Tally['sums'] => {
    const seeds = times === 1 ? run.surroundings.sumsOfRows(id) : null;
    if (seeds === null || parts.length > mostSummedSides) return null;
    const sum = (hash: string, which: Expression | null): string => {
      const has = [...(of.certain ? [] : [pl.col(of.unit).isNotNull()]), ...(which === null ? [] : [which])];
      const { key, expression } = run.keyed((has.length === 0 ? pl.col(hash) : pl.when(has.reduce((all, one) => all.and(one))).then(pl.col(hash)).otherwise(pl.lit(null))).sum());
      hidden.push(expression);
      return key;
    };
    return parts.map((which) => hashesOf(of.unit, seeds).map((hash) => sum(hash, which)) as [string, string]);
  };
  const met = new MetUnits(run, input, tokens);
  const carriers = new Map<number, Carried>();
  for (const [id, carried] of input.carriers) {
    if (carried.kind === 'set') carriers.set(id, regrouped(run, input, carried, tokens));
    else if (keyed) carriers.set(id, keptUnit(run, pl.col(carried.unit), carried.certain, hidden));
    else {
      const times = run.timesRows(id, path);
      carriers.set(id, { kind: 'set', tokens, present: null, pairs: met.pairs(carried, null, () => times === 1 && run.surroundings.mostRowsOfUnit(id) === 1), tally: times === null ? null : { sides: null, rows: [rowsWith(carried)], times, sums: sums(id, carried, times, [null]) } });
    }
  }
  for (const place of births) {
    const everybody = !keyed && isEverybody(place) ? carriers.get(place.carrier.of!) : undefined;
    carriers.set(place.carrier.id, everybody ?? bornInGroup(place, keyed, tokens, by, { count, countValues, sums, met }, hidden, run.timesRows(place.carrier.of!, path)));
  }
  const made = [...aggregates, ...hidden];
  const hashing = [...hashes.values()];
  const standing = hashing.length === 0 ? input.frame : input.frame.withColumns(...hashing.map(({ hash }) => hash.expression)).withColumns(...hashing.map(({ square }) => square.expression));
  const grouped = by.length === 0 ? standing.select(...(made.length === 0 ? [pl.len().alias(run.key())] : made)) : standing.groupBy([...by], false).agg(...made);
  return { frame: grouped.withColumns(pl.lit(true).alias(marker)), columns: new Map(), carriers, marks: new Map(), complete: new Set(), never: new Set(), mostRows: by.length === 0 ? () => 1 : () => input.mostRows(), watches: [] };
}

/** The one unit of all rows of a group. */
function keptUnit(run: Compilation, unit: Expression, certain: boolean, hidden: Expression[]): OneUnit {
  const { key, expression } = run.keyed(unit.max());
  hidden.push(expression);
  return { kind: 'one', unit: key, certain, present: null };
}

function bornInGroup(place: Birthplace, keyed: boolean, tokens: readonly string[], by: readonly string[], { count, countValues, sums, met }: Counting, hidden: Expression[], times: number | null): Carried {
  const { run, input, carrier, of } = place;
  const { pl } = run;
  if (keyed && carrier.kind === 'contributors') return keptUnit(run, pl.when(seen(place).isNotNull()).then(pl.col(of.unit)).otherwise(pl.lit(null)), false, hidden);
  const has = pl.col(of.unit).isNotNull();
  const tallied = (): Tally | null => {
    if (keyed || times === null) return null;
    if (carrier.kind === 'contributors') return { sides: null, rows: [of.certain ? countValues(seen(place)) : count(has.and(seen(place).isNotNull()))], times, sums: sums(carrier.id, of, times, [seen(place).isNotNull()]) };
    const sides = carrier.kind === 'side' ? sidesOf(input, carrier, mostTalliedSides) : null;
    if (sides === null) return null;
    const side = sideOf(run, input, carrier);
    const parts = sides.map((code) => side.eq(pl.lit(code)));
    return { sides, rows: parts.map((part) => count(of.certain ? part : has.and(part))), times, sums: sums(carrier.id, of, times, parts) };
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
