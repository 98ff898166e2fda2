import { rowTerms } from '../applied.ts';
import { fail, pass, type CheckRule } from '../check.ts';
import { roleHint } from '../hint.ts';
import type { RoleRow, Terms } from '../roles.ts';

const id = 'role.epsilon';

/** Epsilon of this one task: at most what the role permits for the algorithm, and at most its whole budget. Inclusive. */
export const roleEpsilon: CheckRule = {
  id,
  code: 'policy.denied',
  shownTo: 'standing',
  look({ triple }, applied) {
    const { row, terms, privacy, who } = applied;
    const limit = limitOf(row, terms);
    if (privacy.form !== 'asked' || limit === Infinity) return null;
    const { epsilon } = privacy;
    if (epsilon <= limit) return pass(id, `Epsilon ${epsilon} is within the ${limit} that ${who} may ask for.`);
    const enough = (other: RoleRow): boolean => {
      const others = rowTerms(other, triple.algorithm);
      return others.permitted && epsilon <= limitOf(other, others);
    };
    return fail(id, `Epsilon ${epsilon} is above the ${limit} that ${who} may ask for.`, roleHint(applied, enough, `Epsilon ${limit} or less`));
  },
};

function limitOf(row: RoleRow, terms: Terms): number {
  return row.epsilonBudget === null ? terms.epsilon : Math.min(terms.epsilon, row.epsilonBudget);
}
