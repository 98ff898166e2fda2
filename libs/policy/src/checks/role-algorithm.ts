import { algorithmTerms, nameOf } from '../applied.ts';
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
    const { asked, found } = triple.algorithm;
    if (found !== null && found.origin !== 'installed') {
      if (applied.terms.permitted) return pass(id, `${applied.who} may run custom algorithms.`);
      return fail(id, `${applied.who} may not run a custom algorithm.`, roleHint(applied, (row) => row.customCode, 'An installed algorithm'));
    }
    const name = found === null ? nameOf(asked) : found.name;
    const shown = printable(name);
    if (applied.terms.permitted) {
      return pass(id, applied.algorithmByExtra ? `An extra of the grant permits the algorithm ${shown}.` : `${applied.who} may run ${shown}.`);
    }
    return fail(
      id,
      `${applied.who} may not run ${shown}.`,
      roleHint(applied, (row) => algorithmTerms(row, name).permitted, ...extraWay(applied, shown, algorithmTerms(applied.outer, name).permitted)),
    );
  },
};
