import type { Expression } from '../polars.ts';
import type { Aggregate } from './aggregates.ts';
import type { Step } from './compilation.ts';
import { joinedByTokens } from './joined-by-tokens.ts';
import type { OneUnit, QueryFrame, Watch } from './query-frame.ts';
import type { Prepared } from './rows.ts';

/** One aggregate of private groups, with what it takes and the column it goes into. */
export interface Watched {
  readonly aggregate: Aggregate;
  readonly column: string;
  /** Its exact value. */
  readonly value: Expression;
}

/**
 * Whether a mean is exactly 0 or 1, or a deviation 0: then everybody's value is told. A sum of as many as there are values, or of 0, is such a mean.
 */
function isHomogeneous(step: Step, { aggregate, value }: Watched, { taken }: Prepared): Expression {
  const { pl } = step.run;
  const { argument, where } = taken.get(aggregate.expression)!;
  const how = (aggregate.expression.fields as { op: string }).op;
  const number = value.cast(pl.Float64, false);
  if (how === 'var' || how === 'std') return number.eq(pl.lit(0));
  const column = pl.col(argument!);
  const values = (where === null ? column : column.filter(pl.col(where))).count().cast(pl.Float64);
  const mean = how === 'mean' ? number : number.div(values);
  return values.gt(pl.lit(0)).and(mean.eq(pl.lit(0)).or(mean.eq(pl.lit(1))));
}

/** Aggregates whose results are looked at before they are given. */
export const isWatched = ({ expression }: Aggregate): boolean => expression.kind === 'moment';

/** Columns of the groups that say whether a result is homogeneous. */
export function homogeneityColumns(step: Step, prepared: Prepared, watched: readonly Watched[], datasets: readonly string[]): { columns: Expression[]; watches: Watch[] } {
  const asked = datasets.filter((dataset) => step.run.surroundings.work.homogeneity.has(dataset));
  if (asked.length === 0) return { columns: [], watches: [] };
  const made = watched.map((one) => ({ ...step.run.keyed(isHomogeneous(step, one, prepared)), column: one.column }));
  return { columns: made.map(({ expression }) => expression), watches: made.flatMap(({ key, column }) => asked.map((dataset): Watch => ({ dataset, column, kind: 'homogeneous', key }))) };
}

/**
 * Marks groups whose sum hangs on few: with cᵢ = |sum of the values of unit i|, whether the largest `top` of them are more than `percent` of Σ cᵢ. A mean is a sum
 * to whoever knows the number.
 */
export function withDominance(step: Step, prepared: Prepared, input: QueryFrame, grouped: QueryFrame, by: readonly string[], watched: readonly Watched[]): QueryFrame {
  const { run } = step;
  const { pl } = run;
  let frame = grouped.frame;
  const watches: Watch[] = [];
  for (const [id, carried] of input.carriers) {
    const { dataset } = run.analysis.carriers[id]!;
    const rule = run.surroundings.work.dominance.get(dataset);
    if (rule === undefined || carried.kind !== 'one') continue;
    for (const { aggregate, column } of watched) {
      const how = (aggregate.expression.fields as { op: string }).op;
      if (how === 'var' || how === 'std') continue;
      const key = run.key();
      const always = run.key();
      const found = shares(step, prepared, input, [always, ...by], aggregate, carried, rule, key);
      frame = joinedByTokens(frame.withColumns(pl.lit(true).alias(always)), [always, ...by], found, [always, ...by], 'left');
      watches.push({ dataset, column, kind: 'dominated', key });
    }
  }
  return { ...grouped, frame, watches: [...grouped.watches, ...watches] };
}

/** **Shape** keys of the group (the first is always true), whether it is dominated. */
function shares({ run }: Step, { taken }: Prepared, input: QueryFrame, [always, ...by]: readonly string[], aggregate: Aggregate, { unit }: OneUnit, { top, percent }: { top: number; percent: number }, key: string): QueryFrame['frame'] {
  const { pl } = run;
  const { argument, where } = taken.get(aggregate.expression)!;
  const part = run.key();
  const seen = where === null ? input.frame : input.frame.filter(pl.col(where));
  const parts = seen.filter(pl.col(unit).isNotNull()).groupBy([...by, unit], false).agg(pl.col(argument!).cast(pl.Float64, false).sum().abs().alias(part));
  // Within a group the order of rows is kept.
  const ordered = parts.sort([pl.col(part)], [true], [true], true).withColumns(pl.lit(true).alias(always!));
  const dominated = pl.col(part).head(top).sum().mul(pl.lit(100)).gt(pl.col(part).sum().mul(pl.lit(percent)));
  return ordered.groupBy([always!, ...by], true).agg(dominated.alias(key));
}
