import { Fault } from '@podnet/errors';
import { renameScans } from '@podnet/plan';
import { body, type Body } from '../body.ts';
import type { DataContext } from '../pod-part.ts';
import type { OwnTable } from './answer.ts';
import { taskDataset } from './own-table.ts';

export interface PodQuery {
  /** A plan as JSON. */
  readonly plan: unknown;
  readonly tables: Readonly<Record<string, OwnTable>>;
  readonly keep: { readonly name: string; readonly hours: number } | null;
}

/**
 * Puts a plan to the pod's data: its answer, or that it is kept, as a result. `data` becomes the name that the pod has for the task's dataset.
 * **Throws** `usage.unsupported` where no plans can be run, `usage.invalid` for an own table with the dataset's name, and as `DataContext.query`.
 */
export function runAtPod({ plan, tables, keep }: PodQuery, data: DataContext): Body {
  if (Object.hasOwn(tables, data.dataset)) throw new Fault('usage.invalid', 'A table of your own has the name of the dataset.', { at: `algorithm.tables.${data.dataset}` });
  const ask = { plan: renameScans(plan, (name) => (name === taskDataset ? data.dataset : name)), tables };
  if (keep !== null) {
    if (data.keep === undefined) throw unsupported();
    return body(data.keep({ ...ask, ...keep }));
  }
  if (data.query === undefined) throw unsupported();
  return body(data.query(ask));
}

const unsupported = (): Fault => new Fault('usage.unsupported', 'This pod does not run query plans.');
