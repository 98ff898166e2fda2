import { isInstalled, nameOf, rowTerms } from '../applied.ts';
import { fail, pass, type CheckRule } from '../check.ts';
import { extraWay, roleHint } from '../hint.ts';
import { printable } from '../printable.ts';

const id = 'role.algorithm';

/** Whether the role (or an extra) permits the algorithm at all; under which privacy is the matter of the next checks. */
export const roleAlgorithm: CheckRule = {
  id,
  code: 'policy.denied',
  shownTo: 'standing',
  look({ triple }, applied) {
    const { algorithm } = triple;
    const { terms, who } = applied;
    if (!isInstalled(algorithm)) {
      if (terms.permitted) return pass(id, `${who} may run custom algorithms.`);
      return fail(id, `${who} may not run a custom algorithm.`, roleHint(applied, (row) => row.customCode, 'An installed algorithm'));
    }
    const name = printable(nameOf(algorithm));
    if (terms.permitted) return pass(id, applied.algorithmByExtra ? `An extra of the grant permits the algorithm ${name}.` : `${who} may run ${name}.`);
    return fail(
      id,
      `${who} may not run ${name}.`,
      roleHint(applied, (row) => rowTerms(row, algorithm).permitted, ...extraWay(applied, name, rowTerms(applied.outer, algorithm).permitted)),
    );
  },
};
