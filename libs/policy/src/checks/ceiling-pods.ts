import { fail, pass, type CheckRule } from '../check.ts';

const id = 'ceiling.pods';

/** The least number of pods in a task: an answer pooled over several says less about each. */
export const ceilingPods: CheckRule = {
  id,
  code: 'policy.denied',
  shownTo: 'standing',
  look({ pod: { ceiling }, pods }) {
    const least = ceiling.minPods;
    if (least === undefined) return null;
    if (pods.count >= least) return pass(id, `The task is over ${pods.count} pods; the pod's ceiling asks for ${least}.`);
    return fail(id, `The task is over ${pods.count} pods, and the pod's ceiling asks for ${least}.`, `A task over at least ${least} pods.`);
  },
};
