import { fail, pass, type CheckRule } from '../check.ts';
import { isRoleName } from '../roles.ts';

const id = 'grant.role';

/** Which role counts: the grant's, the custodian's, or the pod's ceiling where that is weaker. */
export const grantRole: CheckRule = {
  id,
  code: 'policy.denied',
  shownTo: 'standing',
  look(_facts, { isCustodian, grant, own, row }) {
    if (grant !== null && !isRoleName(grant.role)) return fail(id, 'The grant names a role that nobody knows.', 'A grant of one of the five roles.');
    const held = isCustodian ? `The custodian counts as ${own.label} on this pod` : `The role is ${own.label}`;
    return pass(id, row === own ? `${held}.` : `${held}; the pod's ceiling lets it act as ${row.label}.`);
  },
};
