import { fail, pass, type CheckRule } from '../check.ts';
import { printable } from '../printable.ts';

const id = 'triple.carried';

/** The algorithm says which protocols carry it. */
export const tripleCarried: CheckRule = {
  id,
  code: 'element.mismatch',
  shownTo: 'standing',
  look({ triple }) {
    const protocol = triple.protocol.found;
    const algorithm = triple.algorithm.found;
    if (protocol === null || algorithm === null) return null;
    const sentence = `${printable(protocol.name)} ${algorithm.carriedBy.includes(protocol.name) ? 'carries' : 'does not carry'} ${printable(algorithm.name)}.`;
    if (algorithm.carriedBy.includes(protocol.name)) return pass(id, sentence);
    const carriers = algorithm.carriedBy.map(printable).join(' or ');
    return fail(id, sentence, carriers === '' ? 'Another algorithm: no protocol carries this one.' : `The protocol ${carriers}, or another algorithm.`);
  },
};
