import type { PublishedSchema } from '@podnet/contracts';
import type { Outcome } from '@podnet/elements';
import type { podCalls } from '../client/people.ts';
import type { CanIAnswer, taskCalls } from '../task/tasks.ts';
import type { TaskFile } from '../task/task-file.ts';
import type { QueryOptions } from './query-options.ts';
import type { PodDataset } from './scope.ts';

/** What frames need of a client: tasks, and what pods publish. */
export interface Asker {
  /** Submits a task and drives it to its outcome; `pods` are the names of those that contributed. */
  ask(task: TaskFile, options: QueryOptions): Promise<{ taskId: string; outcome: Outcome; pods: readonly string[] }>;
  canI(task: TaskFile): Promise<CanIAnswer>;
  /** Schemas of all datasets that a pod publishes to this modeller. **Throws** `access.not-found`. */
  schemas(pod: string): Promise<readonly PublishedSchema[]>;
  /** Pods that publish a dataset of this name. */
  serving(dataset: string): Promise<readonly PodDataset[]>;
}

/** Frames ask by tasks, as everything does. */
export function makeAsker(tasks: Pick<ReturnType<typeof taskCalls>, 'submit' | 'canI'>, pods: Pick<ReturnType<typeof podCalls>, 'list' | 'show'>): Asker {
  return {
    async ask(task, { idempotencyKey, label: _label, deadline: _deadline, minPods: _minPods, ...drive }) {
      drive.signal?.throwIfAborted();
      const handle = await tasks.submit(task, idempotencyKey === undefined ? {} : { idempotencyKey });
      const outcome = await handle.outcome(drive);
      return { taskId: handle.taskId, outcome, pods: handle.pods.filter(({ podId }) => outcome.contributors.includes(podId)).map(({ podName }) => podName).sort() };
    },
    canI: (task) => tasks.canI(task),
    schemas: async (pod) => (await pods.show(pod)).schemas,
    async serving(dataset) {
      const details = await Promise.all((await pods.list()).map(({ name }) => pods.show(name)));
      return details.filter(({ schemas }) => schemas.some((schema) => schema.dataset === dataset)).map(({ name }) => ({ pod: name, dataset }));
    },
  };
}
