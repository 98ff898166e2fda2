import { Fault } from '@podnet/errors';
import type { TaskHandle } from '@podnet/sdk';
import type { Stage, Step } from '../stage.ts';
import { denialOf, firstRows, reviewOf } from '../waiting-rows.ts';

interface Audited {
  action: string;
  detail: { taskId?: string; email?: string; approver?: string; sentence?: string } | null;
}

/** Five rows of a pod that asks its custodian: they wait, are approved as exactly what was shown, and leave; the pod's audit names who approved. */
export const reviewedRows: Step = {
  name: 'reviewed-rows',
  async run(stage) {
    const { people: { researcher, custodian }, scene, house } = stage;
    const pod = (scene.sites[1] ?? scene.sites[0]!).pod;
    const task = await waitingTask(stage, pod);
    const outcome = task.outcome();
    outcome.catch(() => undefined);
    const { id, content } = await reviewOf(stage, task);
    await custodian.podnet.reviews.approve(id, { hash: content.hash, note: 'For the tour' });
    const { pods: [answer] } = (await outcome).summary as unknown as { pods: { rows: unknown[][]; columns: { name: string }[] }[] };
    if (answer?.rows.length !== 5) throw new Fault('task.failed', 'What was approved has not come.');

    const { entries } = (await house.atPod(pod, 'audit', 'list', '--modeller', researcher.email, '--verdict', 'released')) as unknown as { entries: Audited[] };
    const entry = entries.findLast(({ detail }) => detail?.taskId === task.taskId);
    if (!entry?.detail?.approver?.includes(custodian.email)) throw new Fault('task.failed', "The pod's audit does not name who approved.");
    return {
      says: `${answer.rows.length} rows of ${pod} waited for ${custodian.name}, who approved them; the pod's audit says so`,
      pod,
      shown: content.shown.sentence,
      rows: answer.rows.length,
      audit: { action: entry.action, modeller: entry.detail.email, approver: entry.detail.approver, sentence: entry.detail.sentence },
    };
  },
};

/** Where there is one pod only it rejects: there the question waits on request. */
async function waitingTask(stage: Stage, pod: string): Promise<TaskHandle> {
  const { tasks, requests } = stage.people.researcher.podnet;
  const task = await tasks.submit(firstRows(stage, pod));
  if (pod !== stage.scene.sites[0]!.pod) return task;
  await denialOf(task);
  return (await requests.query(task.taskId, { reason: 'For the tour' })).task;
}
