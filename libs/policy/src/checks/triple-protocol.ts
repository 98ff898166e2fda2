import { fail, pass, type CheckRule } from '../check.ts';
import { printable } from '../printable.ts';

const id = 'triple.protocol';

/** The protocol must be there under the name and version that were asked for. */
export const tripleProtocol: CheckRule = {
  id,
  code: 'element.unknown',
  shownTo: 'standing',
  look({ triple }) {
    const { asked, found } = triple.protocol;
    if (found === null) return fail(id, `There is no protocol ${printable(asked)} here.`, 'An installed protocol, by its name and version.');
    return pass(id, `The protocol ${printable(found.name)}@${found.version} is here.`);
  },
};
