import { fail, pass, type CheckRule } from '../check.ts';
import { extraWay, roleHint } from '../hint.ts';
import { printable } from '../printable.ts';
import { isExtra, isInstalled, nameOf, permitsProtocol } from '../row-says.ts';

const id = 'role.protocol';

/** What the role permits, and what an extra of the grant adds; a protocol the modeller brings is never an extra. */
export const roleProtocol: CheckRule = {
  id,
  code: 'policy.denied',
  shownTo: 'standing',
  look(facts, applied) {
    const { protocol } = facts.triple;
    const { row, outer, grant, who } = applied;
    const custom = !isInstalled(protocol);
    const name = custom ? 'a custom protocol' : `the protocol ${printable(nameOf(protocol))}`;
    if (permitsProtocol(row, protocol)) return pass(id, `${who} may use ${name}.`);
    const inCeiling = permitsProtocol(outer, protocol);
    if (inCeiling && isExtra(grant, protocol)) return pass(id, `An extra of the grant permits ${name}.`);
    const otherWays = custom ? ['An installed protocol'] : extraWay(applied, printable(nameOf(protocol)), inCeiling);
    return fail(id, `${who} may not use ${name}.`, roleHint(facts, applied, (other) => permitsProtocol(other, protocol), ...otherWays));
  },
};
