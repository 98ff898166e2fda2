import type { LeafKind, RuleOf } from './rule-kind.ts';
import { compareRoles, isRoleName, roleLabel, roleNames, type RoleName } from '../../roles.ts';

/** A role, or any stronger one: what a weaker role may learn, a stronger one may as well. The pod's custodian counts as the strongest. */
export const role: LeafKind<RuleOf<'role'>> = {
  name: 'role',
  looksAt: 'asker',
  look({ role: asked }, { facts: { asker } }) {
    const held: RoleName | null = asker.isCustodian === true ? roleNames[0] : isRoleName(asker.role) ? asker.role : null;
    const who = held === null ? 'Your role' : roleLabel(held);
    if (held !== null && isRoleName(asked) && compareRoles(held, asked) <= 0) return { passed: true, says: `${who} is a role that the policy lets pass.` };
    return { passed: false, says: `${who} is not ${roleLabel(asked)}${asked === roleNames[0] ? '' : ' or stronger'}.`, wouldPass: `The role ${roleLabel(asked)}.` };
  },
  print: ({ role: asked }) => `the role ${roleLabel(asked)}${asked === roleNames[0] ? '' : ' or a stronger one'}`,
  implies: (tight, loose) => compareRoles(tight.role, loose.role) <= 0,
};
