import { fail, pass, type CheckRule } from '../check.ts';
import { printable } from '../printable.ts';

const id = 'triple.model-given';

/** A model is named exactly when the algorithm takes one. */
export const tripleModelGiven: CheckRule = {
  id,
  code: 'element.mismatch',
  shownTo: 'standing',
  look({ triple }) {
    const algorithm = triple.algorithm.found;
    if (algorithm === null) return null;
    const name = printable(algorithm.name);
    if (algorithm.takesModel && triple.model === null) return fail(id, `${name} needs a model and the task names none.`, 'The task with a model.');
    if (!algorithm.takesModel && triple.model !== null) return fail(id, `${name} takes no model and the task names one.`, 'The task without a model.');
    return pass(id, algorithm.takesModel ? `${name} takes a model and one is named.` : `${name} takes no model and none is named.`);
  },
};
