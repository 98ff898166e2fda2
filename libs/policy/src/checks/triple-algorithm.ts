import { fail, pass, type CheckRule } from '../check.ts';
import { printable } from '../printable.ts';

const id = 'triple.algorithm';

/** The algorithm must be there under the name and version that were asked for. */
export const tripleAlgorithm: CheckRule = {
  id,
  code: 'element.unknown',
  shownTo: 'standing',
  look({ triple }) {
    const { asked, found } = triple.algorithm;
    if (found === null) return fail(id, `There is no algorithm ${printable(asked)} here.`, 'An installed algorithm, by its name and version.');
    return pass(id, `The algorithm ${printable(found.name)}@${found.version} is here.`);
  },
};
