import { isOnDataset } from '../applied.ts';
import { fail, pass, type CheckRule } from '../check.ts';
import { printable } from '../printable.ts';

const id = 'grant.dataset';

/** A grant on one dataset says nothing about another: it is no access, and no more is told. */
export const grantDataset: CheckRule = {
  id,
  code: 'policy.no-access',
  shownTo: 'anyone',
  look(facts, applied) {
    if (applied.isCustodian || facts.grant === null) return null;
    if (isOnDataset(facts.grant, facts.dataset)) return pass(id, 'The grant covers this dataset.');
    return fail(id, 'The grant is on another dataset of this pod.', `A grant on the dataset ${printable(facts.dataset)}, or on the whole pod.`);
  },
};
