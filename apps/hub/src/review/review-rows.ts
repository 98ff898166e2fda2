import { requestWhat, type AccessRequest, type Review } from '@podnet/contracts';
import { Prisma } from '../generated/prisma/client.ts';

interface Person {
  id: string;
  name: string;
  email: string;
}

/** A review that nobody has closed, of an assignment that is not over. `r` is the review, `a` its assignment. */
export const isWaiting = Prisma.sql`r."endedAt" is null and a."endedAt" is null`;

export interface ReviewRow {
  id: string;
  pod: { id: string; name: string };
  requester: Person;
  dataset: string;
  taskId: string;
  assignmentId: string;
  state: Review['state'];
  requestId: string | null;
  refusedCode: string | null;
  createdAt: Date;
  deadlineAt: Date;
  endedAt: Date | null;
}

/** What the hub knows of reviews. Of one whose assignment is over and which was not closed yet, that it has ended. */
export const reviewColumns = Prisma.sql`
  r."id", jsonb_build_object('id', p."id", 'name', p."name") as "pod", jsonb_build_object('id', u."id", 'name', u."name", 'email', u."email") as "requester",
  a."dataset", a."taskId", a."id" as "assignmentId", case when r."endedAt" is null and a."endedAt" is not null then 'ended' else r."state" end as "state",
  r."requestId", r."refusedCode", r."createdAt", r."deadlineAt", coalesce(r."endedAt", a."endedAt") as "endedAt"`;

export const reviewTables = Prisma.sql`
  "Review" r join "Assignment" a on a."id" = r."assignmentId" join "Task" t on t."id" = a."taskId" join "Pod" p on p."id" = r."podId" join "Account" u on u."id" = t."ownerId"`;

export const presentReview = ({ createdAt, deadlineAt, endedAt, ...row }: ReviewRow): Review => ({
  ...row,
  createdAt: createdAt.toISOString(),
  deadlineAt: deadlineAt.toISOString(),
  endedAt: endedAt?.toISOString() ?? null,
});

export interface RequestRow {
  id: string;
  pod: { id: string; name: string };
  custodianId: string;
  requester: Person;
  dataset: string | null;
  what: Prisma.JsonValue;
  reason: string | null;
  state: AccessRequest['state'];
  reviewId: string | null;
  decidedBy: Person | null;
  note: string | null;
  grantId: string | null;
  createdAt: Date;
  expiresAt: Date;
  endedAt: Date | null;
}

export const requestColumns = Prisma.sql`
  q."id", jsonb_build_object('id', p."id", 'name', p."name") as "pod", p."custodianId", jsonb_build_object('id', u."id", 'name', u."name", 'email', u."email") as "requester",
  q."dataset", q."what", q."reason", q."state", (select r."id" from "Review" r where r."requestId" = q."id" order by r."createdAt" desc, r."id" desc limit 1) as "reviewId",
  (select jsonb_build_object('id', d."id", 'name', d."name", 'email', d."email") from "Account" d where d."id" = q."decidedBy") as "decidedBy",
  q."note", q."grantId", q."createdAt", q."expiresAt", q."endedAt"`;

export const requestTables = Prisma.sql`"AccessRequest" q join "Pod" p on p."id" = q."podId" join "Account" u on u."id" = q."requesterId"`;

export const presentRequest = ({ custodianId: _, what, createdAt, expiresAt, endedAt, ...row }: RequestRow): AccessRequest => ({
  ...row,
  what: requestWhat.parse(what),
  createdAt: createdAt.toISOString(),
  expiresAt: expiresAt.toISOString(),
  endedAt: endedAt?.toISOString() ?? null,
});
