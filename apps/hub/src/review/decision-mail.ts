import { Prisma } from '../generated/prisma/client.ts';

/**
 * Writes to pods what custodians have decided, with the devices that are theirs by now: a pod believes its own pins, and of these only
 * the ones named here. `r` is the review, `p` its pod.
 */
export const mailDecisions = (where: Prisma.Sql): Prisma.Sql => Prisma.sql`
  insert into "Mail" ("podId", "kind", "body")
  select r."podId", 'review-decided', jsonb_build_object('reviewId', r."id", 'decision', r."decision", 'devices',
    (select coalesce(jsonb_agg(d."signingThumbprint" order by d."id"), '[]') from "Device" d where d."accountId" = p."custodianId" and d."revokedAt" is null))
  from "Review" r join "Pod" p on p."id" = r."podId" join "Assignment" a on a."id" = r."assignmentId"
  where r."state" = 'answered' and a."endedAt" is null and ${where}`;
