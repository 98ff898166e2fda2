import { fail, pass, type CheckRule } from '../check.ts';

const id = 'ceiling.delta';

/** The greatest delta of one task, inclusive: with a large one a task may show a person outright and still keep its word. */
export const ceilingDelta: CheckRule = {
  id,
  code: 'policy.denied',
  shownTo: 'standing',
  look({ pod: { ceiling } }, { privacy }) {
    const limit = ceiling.delta;
    if (limit === undefined || privacy.form !== 'asked') return null;
    if (privacy.delta <= limit) return pass(id, `Delta ${privacy.delta} is within the ${limit} of the pod's ceiling.`);
    return fail(id, `Delta ${privacy.delta} is above the ${limit} of the pod's ceiling.`, `The task with a delta of ${limit} or less.`);
  },
};
