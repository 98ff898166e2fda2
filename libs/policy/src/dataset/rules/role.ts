import { compareRoles, roleLabel } from '../../roles.ts';
import { single, type RuleKind, type RuleOf } from './rule-kind.ts';

/** This role or a stronger one; the pod's own custodian counts as Super Modeller. */
export const role: RuleKind<RuleOf<'role'>> = {
  look({ role: needed }, facts) {
    const { role: held, isCustodian } = facts.query.asker;
    const acts = isCustodian ? 'super-modeller' : held;
    const passed = compareRoles(acts, needed) <= 0;
    return single(facts, passed, passed ? `${roleLabel(acts)} suffices.` : `${roleLabel(acts)} does not suffice.`, `The role ${roleLabel(needed)}`);
  },
  print: ({ role: needed }) => `queries of a ${roleLabel(needed)}, or of a stronger role`,
  implies: (one, other) => compareRoles(one.role, other.role) <= 0,
};
