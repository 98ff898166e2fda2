import { Fault } from '@podnet/errors';
import type { TaskFile } from '../task/task-file.ts';
import type { QueryOptions } from './query-options.ts';
import type { PodDataset, Scope } from './scope.ts';

/** What is asked: a plan, or SQL that pods read. */
export type Question = { readonly plan: unknown } | { readonly sql: string };

export interface QueryWish {
  readonly combine?: 'pooled' | 'each';
  readonly keep?: { readonly name: string; readonly hours: number };
}

/** The task that asks a question of the pods of a scope. **Throws** `usage.invalid` for a scope without pods. */
export function queryTask(question: Question, { pods, tables }: Scope, { combine, keep }: QueryWish, options: QueryOptions = {}): TaskFile {
  if (pods === null || pods.length === 0) throw new Fault('usage.invalid', 'The frame stands on no pod.', { hint: 'Begin with podnet.frame(dataset, { pods }).' });
  const algorithm = {
    ...('plan' in question ? { name: 'frame-query', plan: question.plan } : { name: 'sql-query', sql: question.sql }),
    ...(Object.keys(tables).length === 0 ? {} : { tables }),
    ...(combine === undefined ? {} : { combine }),
    ...(keep === undefined ? {} : { keep }),
  };
  return taskOver(pods, algorithm, options);
}

/** A task of one answer from each pod. */
export const taskOver = (pods: readonly PodDataset[], algorithm: { readonly name: string } & Readonly<Record<string, unknown>>, { label, deadline, minPods }: QueryOptions): TaskFile =>
  ({
    version: 1,
    ...(label === undefined ? {} : { label }),
    pods: pods.map(({ pod, dataset }) => ({ pod, dataset })),
    protocol: { name: 'results-only' },
    algorithm,
    limits: { ...(deadline === undefined ? {} : { deadline }), ...(minPods === undefined ? {} : { minPods }) },
  }) as TaskFile;
