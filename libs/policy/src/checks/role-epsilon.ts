import { fail, pass, type CheckRule } from '../check.ts';
import { roleHint } from '../hint.ts';
import type { RoleRow } from '../roles.ts';
import { epsilonLimit, rowTerms } from '../row-says.ts';

const id = 'role.epsilon';

/** Epsilon of this one task: at most what the role permits for the algorithm, and at most its whole budget. Inclusive. */
export const roleEpsilon: CheckRule = {
  id,
  code: 'policy.denied',
  shownTo: 'standing',
  look(facts, applied) {
    const { row, terms, privacy, who } = applied;
    const limit = epsilonLimit(row, terms);
    if (privacy.form !== 'asked' || limit === Infinity) return null;
    const { epsilon } = privacy;
    if (epsilon <= limit) return pass(id, `Epsilon ${epsilon} is within the ${limit} that ${who} may ask for.`);
    const enough = (other: RoleRow): boolean => {
      const others = rowTerms(other, facts.triple.algorithm);
      return others.permitted && epsilon <= epsilonLimit(other, others);
    };
    return fail(id, `Epsilon ${epsilon} is above the ${limit} that ${who} may ask for.`, roleHint(facts, applied, enough, `Epsilon ${limit} or less`));
  },
};
