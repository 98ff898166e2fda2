import { fail, pass, type CheckRule } from '../check.ts';
import { printable } from '../printable.ts';

const id = 'grant.present';

/** No grant at all is another verdict than a grant that is too weak. */
export const grantPresent: CheckRule = {
  id,
  code: 'policy.no-access',
  shownTo: 'anyone',
  look(facts, applied) {
    if (applied.isCustodian) return pass(id, "The pod's own custodian needs no grant.");
    if (facts.grant !== null) return pass(id, 'There is a grant on this pod.');
    return fail(id, 'There is no grant on this pod.', `A grant of a role on ${printable(facts.pod.name)}.`);
  },
};
