import type { AlgorithmModeller, PlanPod, ResultsSide } from '../modeller-part.ts';
import type { OwnTable } from './answer.ts';
import { checkAtPods } from './check-at-pods.ts';
import { eachPod, keptFrames } from './combine-each.ts';
import { combineOf, type Combine } from './combine.ts';
import { pooledPods } from './combine-pooled.ts';

export interface AskedPlan {
  /** A plan as JSON; null: only the pods can read what was asked. */
  readonly plan: unknown;
  readonly tables: Readonly<Record<string, OwnTable>>;
  readonly combine?: Combine | undefined;
  readonly keep: { readonly name: string } | null;
}

/** What becomes of the answers to one plan. **Throws** as `checkAtPods`; `plan.cannot-pool`, with the node at fault. */
export function modellerSide({ plan, tables, combine, keep }: AskedPlan, pods: readonly PlanPod[]): AlgorithmModeller {
  if (plan !== null) checkAtPods(plan, pods, tables);
  return { results: sideOf() };

  function sideOf(): ResultsSide {
    if (keep !== null) return keptFrames(keep.name);
    return combineOf(combine, pods.length) === 'pooled' ? pooledPods(plan, tables) : eachPod;
  }
}
