import { fail, pass, type CheckRule } from '../check.ts';

const id = 'ceiling.secure-aggregation';

/** Secure aggregation where the custodian makes it compulsory. */
export const ceilingSecureAggregation: CheckRule = {
  id,
  code: 'policy.denied',
  shownTo: 'standing',
  look({ pod: { ceiling }, secureAggregation }) {
    if (ceiling.secureAggregation === undefined) return null;
    if (secureAggregation === true) return pass(id, "The task aggregates securely, as the pod's ceiling requires.");
    return fail(id, "The pod's ceiling requires secure aggregation.", 'The task with secure aggregation.');
  },
};
