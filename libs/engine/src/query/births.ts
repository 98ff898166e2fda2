import type { Carrier } from '@podnet/plan';
import type { Expression, Frame, Polars } from '../polars.ts';
import { computeAggregate, type Aggregate } from './aggregates.ts';
import type { Compilation, Step } from './compilation.ts';
import type { Carried, OneUnit, Pairs, QueryFrame } from './query-frame.ts';
import type { Prepared } from './rows.ts';

/** Where a carrier is born: the rows it is born of, with what its aggregate takes beside them. */
export interface Birthplace {
  readonly run: Compilation;
  readonly input: QueryFrame;
  readonly carrier: Carrier;
  /** The units that it is a part of. */
  readonly of: OneUnit;
  /** Key of the aggregate's argument, and of the condition on it; for a kept row's column the column itself. */
  readonly argument: string | null;
  readonly where: string | null;
  /** The value that an order statistic returns, computed over the keys. */
  readonly result: Expression | null;
}

/** The aggregate that a carrier belongs to, with what it takes. */
export function birthplaceOf({ run, prefix }: Step, { input, aggregates, taken }: Prepared, carrier: Carrier): { place: Birthplace; aggregate: Aggregate; window: readonly string[] } {
  const aggregate = aggregates.find(({ expression }) => prefix + expression.path === carrier.expression);
  if (aggregate === undefined) throw new Error('A carrier belongs to no aggregate of its node.');
  const keys = taken.get(aggregate.expression)!;
  const result = carrier.kind === 'sharing' ? computeAggregate(run.pl, aggregate, keys) : null;
  return { place: { run, input, carrier, of: unitsOf(input, carrier), argument: keys.argument, where: keys.where, result }, aggregate, window: keys.window };
}

export function unitsOf(input: QueryFrame, carrier: Carrier): OneUnit {
  const of = input.carriers.get(carrier.of!);
  if (of?.kind !== 'one') throw new Error('A carrier is a part of one that is not there, or that holds sets.');
  return of;
}

/** Whether the carrier's set is that of everybody whom it is a part of, in every group: all have a value, or are on one side. */
export function isEverybody({ input, carrier, argument, where }: Birthplace): boolean {
  if (carrier.kind === 'contributors') return where === null && argument !== null && input.complete.has(argument);
  return carrier.kind === 'side' && sidesOf(input, carrier, 1) !== null;
}

/** The argument as the aggregate sees it: missing where a filter takes it away. */
export function seen({ run: { pl }, argument, where }: Birthplace): Expression {
  const value = pl.col(argument!);
  return where === null ? value : pl.when(pl.col(where)).then(value).otherwise(pl.lit(null));
}

/** Equal, or both missing. */
const sameAs = (pl: Polars, a: Expression, b: Expression): Expression => pl.when(a.isNull().or(b.isNull())).then(a.isNull().and(b.isNull())).otherwise(a.eq(b));

/** The members of the sets of a carrier that is born in groups or windows with keys `by`, which the input's rows hold. */
export function pairsOf(place: Birthplace, tokens: readonly string[], by: readonly string[]): Pairs {
  const { run, input, carrier, of, result } = place;
  const { pl } = run;
  const sided = carrier.kind === 'side' || carrier.kind === 'alike';
  const side = sided ? run.key() : null;
  const frame = (): Frame => {
    let rows = input.frame;
    let counts = pl.col(of.unit).isNotNull();
    if (carrier.kind === 'contributors') counts = counts.and(seen(place).isNotNull());
    if (carrier.kind === 'sharing') {
      const key = run.key();
      rows = rows.withColumns((by.length === 0 ? result! : result!.over(...(by.map((name) => pl.col(name)) as [Expression, ...Expression[]]))).alias(key));
      counts = counts.and(sameAs(pl, seen(place), pl.col(key)));
    }
    const sides = side === null ? [] : [(carrier.kind === 'side' ? sideOf(run, input, carrier) : seen(place)).alias(side)];
    return rows.filter(counts).select(pl.lit(true).alias(tokens[0]!), ...by.map((name, index) => pl.col(name).alias(tokens[index + 1]!)), pl.col(of.unit), ...sides);
  };
  return { tokens, unit: of.unit, side, distinct: false, frame };
}

const mostDigits = 30;

/** Which combination of conditions a row is on, as a number in base 3 (or a text, when there are many). */
export function sideOf({ pl }: Compilation, input: QueryFrame, { marks, missingApart }: Carrier): Expression {
  const digits = marks.map((mark) => {
    const key = input.marks.get(mark);
    // A row that came from where the condition was not asked is on its other side.
    if (key === undefined) return pl.lit(0);
    const holds = pl.col(key);
    const otherwise = missingApart ? pl.when(holds.isNull()).then(pl.lit(2)).otherwise(pl.lit(0)) : pl.lit(0);
    return pl.when(holds).then(pl.lit(1)).otherwise(otherwise);
  });
  if (digits.length > mostDigits) return digits.map((digit) => digit.cast(pl.Int64).cast(pl.Utf8)).reduce((all, one) => all.add(one));
  return digits.map((digit, index) => digit.cast(pl.Int64).mul(pl.lit(3 ** index).cast(pl.Int64))).reduce((all, one) => all.add(one));
}

/** The numbers that `sideOf` can give, in ascending order; null where they are more than `most`. */
export function sidesOf(input: QueryFrame, { marks, missingApart }: Carrier, most: number): number[] | null {
  let sides = [0];
  for (const [index, mark] of marks.entries()) {
    const key = input.marks.get(mark);
    const digits = key === undefined || input.never.has(key) ? [0] : missingApart ? [0, 1, 2] : [0, 1];
    sides = digits.flatMap((digit) => sides.map((code) => code + digit * 3 ** index));
    if (sides.length > most) return null;
  }
  return sides;
}

/** Carriers that are born beside rows: those of windows. */
export function windowBirths(step: Step, prepared: Prepared): QueryFrame {
  const { run, born } = step;
  if (born.length === 0) return prepared.input;
  const marker = run.key();
  const input = { ...prepared.input, frame: prepared.input.frame.withColumns(run.pl.lit(true).alias(marker)) };
  const carriers = new Map<number, Carried>(input.carriers);
  for (const carrier of born) {
    const { place, window } = birthplaceOf(step, { ...prepared, input }, carrier);
    const tokens = [marker, ...window];
    carriers.set(carrier.id, { kind: 'set', tokens, present: null, pairs: pairsOf(place, tokens, window), tally: null });
  }
  return { ...input, carriers };
}

