import { fail, pass, type CheckRule } from '../check.ts';

const id = 'grant.revoked';

/** Anything but a plain `false` counts as revoked. */
export const grantRevoked: CheckRule = {
  id,
  code: 'policy.grant-expired',
  shownTo: 'standing',
  look(_facts, { grant }) {
    if (grant === null) return null;
    if (grant.revoked === false) return pass(id, 'The grant has not been revoked.');
    return fail(id, 'The grant has been revoked.', 'A new grant.');
  },
};
