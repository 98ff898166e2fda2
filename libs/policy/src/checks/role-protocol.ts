import { isExtraElement, isInstalled, nameOf, protocolPermitted } from '../applied.ts';
import { fail, pass, type CheckRule } from '../check.ts';
import { extraWay, roleHint } from '../hint.ts';
import { printable } from '../printable.ts';

const id = 'role.protocol';

/** What the role permits, and what an extra of the grant adds; a protocol the modeller brings is never an extra. */
export const roleProtocol: CheckRule = {
  id,
  code: 'policy.denied',
  shownTo: 'standing',
  look({ triple }, applied) {
    if (!isInstalled(triple.protocol)) {
      if (applied.row.customCode) return pass(id, `${applied.who} may run custom protocols.`);
      return fail(id, `${applied.who} may not run a custom protocol.`, roleHint(applied, (row) => row.customCode, 'An installed protocol'));
    }
    const name = nameOf(triple.protocol);
    const shown = printable(name);
    if (protocolPermitted(applied.row, name)) return pass(id, `${applied.who} may use the protocol ${shown}.`);
    const inCeiling = protocolPermitted(applied.outer, name);
    if (inCeiling && isExtraElement(applied, name)) return pass(id, `An extra of the grant permits the protocol ${shown}.`);
    return fail(
      id,
      `${applied.who} may not use the protocol ${shown}.`,
      roleHint(applied, (row) => protocolPermitted(row, name), ...extraWay(applied, shown, inCeiling)),
    );
  },
};
