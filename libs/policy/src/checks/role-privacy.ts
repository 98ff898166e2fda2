import { fail, pass, type CheckRule } from '../check.ts';
import { roleHint } from '../hint.ts';
import type { RoleRow } from '../roles.ts';
import { isPrivacyCompulsory, rowTerms } from '../row-says.ts';

const id = 'role.privacy';

/** Differential privacy where the role makes it compulsory: for every task, or for this algorithm. */
export const rolePrivacy: CheckRule = {
  id,
  code: 'policy.denied',
  shownTo: 'standing',
  look(facts, applied) {
    const { row, terms, privacy, who } = applied;
    if (!isPrivacyCompulsory(row, terms) || privacy.form === 'malformed') return null;
    if (privacy.form === 'asked') return pass(id, `The task is differentially private, as ${who} requires.`);
    const free = (other: RoleRow): boolean => {
      const others = rowTerms(other, facts.triple.algorithm);
      return others.permitted && !isPrivacyCompulsory(other, others);
    };
    return fail(
      id,
      row.alwaysPrivate ? `Every task of ${who} must be differentially private.` : `${who} may run this algorithm only with differential privacy.`,
      roleHint(facts, applied, free, 'The task with an epsilon and a delta'),
    );
  },
};
