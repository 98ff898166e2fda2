import { fail, pass, type CheckRule } from '../check.ts';

const id = 'grant.dates';

/** The start belongs to the grant, the end no longer does. Dates that cannot be compared are not in force. */
export const grantDates: CheckRule = {
  id,
  code: 'policy.grant-expired',
  shownTo: 'standing',
  look({ now }, { grant }) {
    if (grant === null) return null;
    if (!(now >= grant.startsAt)) return fail(id, `The grant starts ${instant(grant.startsAt)}.`, 'The same task after the start of the grant, or a grant that starts earlier.');
    if (grant.endsAt !== null && !(now < grant.endsAt)) return fail(id, `The grant ended ${instant(grant.endsAt)}.`, 'A renewed grant.');
    return pass(id, 'The grant is in force.');
  },
};

/** **Units** milliseconds since the epoch; 8.64·10¹⁵ is the last instant a Date can hold. */
function instant(at: number): string {
  return Math.abs(at) <= 8.64e15 ? `at ${new Date(at).toISOString()}` : 'at no readable date';
}
