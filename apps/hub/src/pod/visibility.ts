import { Fault } from '@podnet/errors';
import { Prisma } from '../generated/prisma/client.ts';

/** Who looks. */
export interface Viewer {
  userId: string;
  admin: boolean;
}

/** Condition on a grant `g`: it holds now. */
export const liveGrant = Prisma.sql`g."revokedAt" is null and g."startsAt" <= now() and (g."endsAt" is null or now() < g."endsAt")`;

/**
 * Condition on a pod `p`: its custodian, admins, and whoever holds a grant of any role that holds now. Everybody else does not
 * learn that it exists.
 */
export function isVisible({ userId, admin }: Viewer): Prisma.Sql {
  if (admin) return Prisma.sql`p."state" <> 'removed'`;
  return Prisma.sql`p."state" <> 'removed' and (p."custodianId" = ${userId}
    or exists (select 1 from "Grant" g where g."podId" = p."id" and g."accountId" = ${userId} and ${liveGrant}))`;
}

/** The same words whether there is no such pod or the caller may not see it. */
export const podNotFound = (at?: string): Fault => new Fault('access.not-found', 'There is no such pod, or you may not see it.', at === undefined ? {} : { at });
