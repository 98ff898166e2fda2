import { Fault } from '@podnet/errors';
import { col, scan, type Expr } from '@podnet/plan';
import type { DataContext } from '../../pod-part.ts';

/** What the policies of the dataset let go of one column. */
export interface JudgedSum {
  readonly count: number;
  readonly sum: number;
}

/**
 * Has the policies judge the number of values and the sum of each column, as they judge any plan. Null where a pod runs no plans.
 * **Throws** `policy.denied`, also for columns that are nulled or suppressed; `schema.unknown-column`.
 */
export function judgedSums(columns: readonly string[], data: DataContext): JudgedSum[] | null {
  if (data.query === undefined) return null;
  // With sum and mean a count asks for no more than these.
  const parts = columns.flatMap((name, i): Expr[] => [col(name).count().alias(`count_${i}`), col(name).sum().alias(`sum_${i}`), col(name).mean().alias(`mean_${i}`)]);
  const answer = data.query({ plan: scan(data.dataset).select(...parts).toJson(), tables: {} });
  const cell = (name: string): number | null => {
    const column = answer.columns.find((each) => each.name === name);
    if (!column || column.nulled || answer.rows !== 1) throw new Fault('policy.denied', 'The policy of the dataset does not let this column be averaged.');
    const value = column.values[0]!;
    return value === null ? null : Number(value);
  };
  // A sum that no double holds is missing here, and refused where the column is added up.
  return columns.map((_name, i) => ({ count: cell(`count_${i}`) ?? 0, sum: cell(`sum_${i}`) ?? Number.NaN }));
}

/** How far the engine's own rounding may lie from the exact sum, as a share of the sum of magnitudes. What differs more was rounded by a policy. */
const roundingShare = 1e-9;

/** Whether what was let go is the column's own count and sum, not something coarser in their place. */
export const isAsJudged = (judged: JudgedSum, count: number, sum: number, magnitudes: number): boolean => judged.count === count && Math.abs(judged.sum - sum) <= roundingShare * magnitudes;
