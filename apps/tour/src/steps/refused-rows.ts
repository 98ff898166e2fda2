import { Fault } from '@podnet/errors';
import { verdictLines } from '@podnet/policy';
import type { Step } from '../stage.ts';
import { denialOf, firstRows, reviewOf } from '../waiting-rows.ts';

const reason = 'To see how the columns are written';
const note = 'Ask for groups of ten';

/** Five rows of a pod whose policy rejects such questions: every reason and what would pass; a request, which is one however often it is sent; and the custodian's no. */
export const refusedRows: Step = {
  name: 'refused-rows',
  async run(stage) {
    const { researcher, custodian } = stage.people;
    const { pod } = stage.scene.sites[0]!;
    const asked = await researcher.podnet.tasks.submit(firstRows(stage, pod));
    const verdict = await denialOf(asked);
    const failed = verdict.checks.filter((check) => !check.passed);

    const { request, task } = await researcher.podnet.requests.query(asked.taskId, { reason });
    const again = await researcher.podnet.requests.query(asked.taskId, { reason });
    if (again.request.id !== request.id || again.task.taskId !== task.taskId) throw new Fault('task.failed', 'One wish became two requests.');
    const answered = denialOf(task);
    answered.catch(() => undefined);
    const { id, content } = await reviewOf(stage, task);
    await custodian.podnet.reviews.deny(id, { hash: content.hash, note });
    if (!JSON.stringify(await answered).includes(note)) throw new Fault('task.failed', 'The note has not come to who asked.');
    const { state } = await researcher.podnet.requests.show(request.id);
    return {
      says: `${pod} refused ${researcher.name} five rows, with ${failed.length} reasons; asked on request, ${custodian.name} said no: “${note}”`,
      pod,
      code: verdict.code,
      explained: verdictLines(verdict),
      reasons: failed.map(({ says }) => says),
      wouldPass: verdict.wouldPass,
      request: { id: request.id, state, note },
    };
  },
};
