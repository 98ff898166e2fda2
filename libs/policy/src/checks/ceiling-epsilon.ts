import { fail, pass, type CheckRule } from '../check.ts';

const id = 'ceiling.epsilon';

/** The greatest epsilon of one task, inclusive. No epsilon is not a small one: without differential privacy nothing is bounded. */
export const ceilingEpsilon: CheckRule = {
  id,
  code: 'policy.denied',
  shownTo: 'standing',
  look({ pod: { ceiling } }, { privacy }) {
    const limit = ceiling.epsilon;
    if (limit === undefined || privacy.form === 'malformed') return null;
    const wouldPass = `The task with an epsilon of ${limit} or less.`;
    if (privacy.form === 'none') return fail(id, `The pod's ceiling limits epsilon to ${limit}, and the task has none.`, wouldPass);
    if (privacy.epsilon <= limit) return pass(id, `Epsilon ${privacy.epsilon} is within the ${limit} of the pod's ceiling.`);
    return fail(id, `Epsilon ${privacy.epsilon} is above the ${limit} of the pod's ceiling.`, wouldPass);
  },
};
