import { taskDataset, type OwnTable } from '@podnet/elements';
import { Fault } from '@podnet/errors';
import type { PlanColumn } from '@podnet/plan';

/** A dataset at a pod. */
export interface PodDataset {
  readonly pod: string;
  readonly dataset: string;
}

/** What a frame stands on: pods with their dataset, tables of the modeller's own, frames that the pods keep. */
export interface Scope {
  /** Null: only tables of one's own. */
  readonly pods: readonly PodDataset[] | null;
  readonly tables: Readonly<Record<string, OwnTable>>;
  /** Columns of kept frames that are scanned, by name. */
  readonly kept: Readonly<Record<string, readonly PlanColumn[]>>;
}

/** The name by which a plan scans a frame's dataset: its own where all pods call it the same, so that several frames can meet. */
export function scanNameOf(pods: readonly PodDataset[]): string {
  const names = new Set(pods.map(({ dataset }) => dataset));
  return names.size === 1 ? pods[0]!.dataset : taskDataset;
}

/** `north/titanic`, or an object. **Throws** `usage.invalid`. */
export function podDatasetOf(text: string): PodDataset {
  const [pod, dataset, more] = text.split('/');
  if (!pod || !dataset || more !== undefined) throw new Fault('usage.invalid', 'A dataset of a pod is written pod/dataset.');
  return { pod, dataset };
}

/**
 * What two frames that meet stand on together. They are of the same pods; where pods call a dataset differently, only one such dataset can be in a plan.
 * **Throws** `usage.invalid` for frames of other pods, two tables of one name, two datasets without a common name.
 */
export function meet(left: Scope, right: Scope): Scope {
  const tables = { ...left.tables };
  for (const [name, table] of Object.entries(right.tables)) {
    if (Object.hasOwn(tables, name) && tables[name] !== table && JSON.stringify(tables[name]) !== JSON.stringify(table)) throw new Fault('usage.invalid', `Two of your tables are called ${name}.`, { hint: 'Give one of them another name.' });
    tables[name] = table;
  }
  return { pods: podsOf(left.pods, right.pods), tables, kept: { ...left.kept, ...right.kept } };
}

function podsOf(left: Scope['pods'], right: Scope['pods']): Scope['pods'] {
  if (left === null || right === null) return left ?? right;
  const names = (pods: readonly PodDataset[]): string => JSON.stringify(pods.map(({ pod }) => pod).sort());
  if (names(left) !== names(right)) throw new Fault('usage.invalid', 'Frames of different pods cannot meet: no pod has both.', { hint: 'Fetch an aggregate of one of them, and bring it along as a table of your own.' });
  const isCommon = (pods: readonly PodDataset[]): boolean => scanNameOf(pods) !== taskDataset;
  const same = left.every(({ pod, dataset }) => right.some((other) => other.pod === pod && other.dataset === dataset));
  if (same || isCommon(right)) return left;
  // The one whose names differ is the task's dataset; the other is scanned by its name.
  if (isCommon(left)) return right;
  throw new Fault('usage.invalid', 'Two datasets that pods call differently cannot be in one plan.', { hint: 'Ask pod by pod.' });
}
