import { Fault } from '@podnet/errors';
import { isRowWise, poolPlan, renameScans, scansOf } from '@podnet/plan';
import { body, type Body } from '../body.ts';
import type { DataContext } from '../pod-part.ts';
import type { OwnTable } from './answer.ts';
import { combineOf, type Combine } from './combine.ts';
import { taskDataset } from './own-table.ts';
import { atPlan } from './plan-fault.ts';

export interface PodQuery {
  /** A plan as JSON. */
  readonly plan: unknown;
  readonly tables: Readonly<Record<string, OwnTable>>;
  readonly combine?: Combine | undefined;
  readonly keep: { readonly name: string; readonly hours: number } | null;
}

/** What a pod runs of a plan: all of it, or the part below its lowest aggregation. `data` becomes the name that the pod has for the task's dataset. */
export function runAtPod({ plan, tables, combine, keep }: PodQuery, { data, podCount }: { data: DataContext; podCount: number }): Body {
  if (Object.hasOwn(tables, data.dataset)) throw new Fault('usage.invalid', 'A table of your own has the name of the dataset.', { at: `algorithm.tables.${data.dataset}` });
  const named = (json: unknown): unknown => renameScans(json, (name) => (name === taskDataset ? data.dataset : name));
  if (keep !== null) {
    if (data.keep === undefined) throw unsupported();
    return body(data.keep({ plan: named(plan), tables, ...keep }));
  }
  if (data.query === undefined) throw unsupported();
  return body(data.query({ plan: named(combineOf(combine, podCount) === 'pooled' ? localPlan(plan, tables, data) : plan), tables }));
}

/** **Throws** `plan.cannot-pool`, also for a kept frame whose rows are groups already; `usage.unsupported` where that cannot be known. */
function localPlan(plan: unknown, tables: Readonly<Record<string, OwnTable>>, data: DataContext): unknown {
  for (const name of scansOf(plan)) {
    if (name === taskDataset || name === data.dataset || Object.hasOwn(tables, name)) continue;
    if (data.sources === undefined) throw unsupported();
    const source = data.sources.get(name);
    if (source?.kind === 'derived' && !isRowWise(source.plan)) {
      throw new Fault('plan.cannot-pool', 'A frame that was kept holds groups of one pod, and groups of groups are not those of all rows.', { at: 'algorithm.plan', hint: 'Keep the rows before they are aggregated, or ask every pod for its own answer (combine: each).' });
    }
  }
  return atPlan(() => poolPlan(plan, Object.keys(tables))).local;
}

const unsupported = (): Fault => new Fault('usage.unsupported', 'This pod does not run query plans.');
