import { Fault, isFault } from '@podnet/errors';
import type { Verdict } from '@podnet/policy';
import type { OpenedReview, TaskFile, TaskHandle } from '@podnet/sdk';
import type { Stage } from './stage.ts';

const patienceMs = 30_000;

/** The question that no crowd stands behind: a few rows of one pod, as they are. */
export function firstRows({ scene, people }: Pick<Stage, 'scene' | 'people'>, pod: string, most = 5): TaskFile {
  return people.researcher.podnet.frame(scene.dataset, { pods: [pod] }).head(most).task({}, { label: `The first ${most} rows` });
}

/** The verdict with which a pod denied. **Throws** `task.failed` when it did not. */
export async function denialOf(handle: TaskHandle): Promise<Verdict> {
  const error: unknown = await handle.outcome().then(() => undefined, (fault: unknown) => fault);
  const verdict = (isFault(error) ? ((error.details.verdicts ?? []) as Verdict[]) : []).find(({ by, decision }) => by === 'pod' && decision === 'deny');
  if (!verdict) throw new Fault('task.failed', 'The pod has not denied it.', { cause: error });
  return verdict;
}

/** What the pod shows its custodian of a task that waits. **Throws** `task.failed` when nothing waits in time. */
export async function reviewOf({ people }: Pick<Stage, 'people'>, { taskId }: Pick<TaskHandle, 'taskId'>): Promise<OpenedReview & { content: object }> {
  const { reviews } = people.custodian.podnet;
  for await (const review of reviews.watch({ signal: AbortSignal.timeout(patienceMs) })) {
    if (review.taskId !== taskId) continue;
    const opened = await reviews.show(review.id);
    if (opened.content) return { ...opened, content: opened.content };
  }
  throw new Fault('task.failed', 'Nothing waits for the custodian.');
}
