import { fail, pass, type CheckRule } from '../check.ts';
import type { Facts } from '../facts.ts';

const id = 'ceiling.modellers';

/** Only the people the custodian named. Exact texts: folding letters would let a look-alike address in. */
export const ceilingModellers: CheckRule = {
  id,
  code: 'policy.denied',
  shownTo: 'standing',
  look({ pod: { ceiling }, asker }) {
    if (ceiling.modellers === undefined) return null;
    if (isNamed(asker, ceiling.modellers)) return pass(id, "The pod's ceiling names this modeller.");
    return fail(id, "The pod's ceiling names the modellers it admits, and this one is not among them.", 'The custodian names this modeller in the ceiling of the pod.');
  },
};

/** An entry with `@` is an address and meets addresses only, so that nobody takes an address that reads like an id. */
function isNamed(asker: Facts['asker'], entries: readonly string[]): boolean {
  for (const entry of entries) {
    if (entry === '') continue;
    if (entry.includes('@') ? entry === asker.email : entry === asker.userId || asker.fingerprints.includes(entry)) return true;
  }
  return false;
}
