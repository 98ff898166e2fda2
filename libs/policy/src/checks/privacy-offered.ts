import { fail, pass, type CheckRule } from '../check.ts';
import { printable } from '../printable.ts';
import { isPrivacyCompulsory } from '../row-says.ts';

const id = 'privacy.offered';

/** An algorithm that cannot keep the promise must not be asked for it. */
export const privacyOffered: CheckRule = {
  id,
  code: 'policy.denied',
  shownTo: 'standing',
  look({ triple }, { privacy, row, terms }) {
    const algorithm = triple.algorithm.found;
    if (algorithm === null || privacy.form === 'none') return null;
    const name = printable(algorithm.name);
    if (algorithm.offersPrivacy === true) return pass(id, `${name} can run with differential privacy.`);
    const compulsory = isPrivacyCompulsory(row, terms);
    return fail(
      id,
      `${name} cannot run with differential privacy.`,
      compulsory ? 'An algorithm that offers differential privacy.' : 'An algorithm that offers differential privacy, or the task without it.',
    );
  },
};
