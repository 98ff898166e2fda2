import { fail, pass, type CheckRule } from '../check.ts';

const id = 'ceiling.privacy';

/** Differential privacy where the custodian makes it compulsory for everybody. */
export const ceilingPrivacy: CheckRule = {
  id,
  code: 'policy.denied',
  shownTo: 'standing',
  look({ pod: { ceiling } }, { privacy }) {
    if (ceiling.differentialPrivacy === undefined || privacy.form === 'malformed') return null;
    if (privacy.form === 'asked') return pass(id, "The task is differentially private, as the pod's ceiling requires.");
    return fail(id, "The pod's ceiling requires differential privacy.", 'The task with an epsilon and a delta.');
  },
};
