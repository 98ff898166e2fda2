import { fail, pass, type CheckRule } from '../check.ts';
import { extraWay, roleHint } from '../hint.ts';
import { printable } from '../printable.ts';
import { isInstalled, nameOf, rowTerms } from '../row-says.ts';

const id = 'role.algorithm';

/** Whether the role (or an extra) permits the algorithm at all; under which privacy is the matter of the next checks. */
export const roleAlgorithm: CheckRule = {
  id,
  code: 'policy.denied',
  shownTo: 'standing',
  look(facts, applied) {
    const { algorithm } = facts.triple;
    const { terms, outer, who } = applied;
    const custom = !isInstalled(algorithm);
    const name = custom ? 'a custom algorithm' : printable(nameOf(algorithm));
    if (terms.permitted) return pass(id, applied.algorithmByExtra ? `An extra of the grant permits the algorithm ${name}.` : `${who} may run ${name}.`);
    const otherWays = custom ? ['An installed algorithm'] : extraWay(applied, name, rowTerms(outer, algorithm).permitted);
    return fail(id, `${who} may not run ${name}.`, roleHint(facts, applied, (other) => rowTerms(other, algorithm).permitted, ...otherWays));
  },
};
