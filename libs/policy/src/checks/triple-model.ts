import { fail, pass, type CheckRule } from '../check.ts';
import { printable } from '../printable.ts';

const id = 'triple.model';

/** A model that is named must be there: installed, or brought by the modeller. */
export const tripleModel: CheckRule = {
  id,
  code: 'element.unknown',
  shownTo: 'standing',
  look({ triple }) {
    if (triple.model === null) return null;
    const { asked, found } = triple.model;
    if (found === null) return fail(id, `There is no model ${printable(asked)} here.`, 'An installed model, by its name and version.');
    return pass(id, `The ${found.origin === 'installed' ? 'model' : 'custom model'} ${printable(found.name)}@${found.version} is here.`);
  },
};
