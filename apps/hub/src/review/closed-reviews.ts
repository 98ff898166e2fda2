import type { ReviewState } from '@podnet/contracts';
import { Prisma } from '../generated/prisma/client.ts';
import type { Actor, TransactionChange } from '../task/change.ts';

interface Closed {
  id: string;
  state: ReviewState;
  taskId: string;
  assignmentId: string;
  requestId: string | null;
  ownerId: string;
  custodianId: string;
}

/** What became of a review, read off the end of its assignment. */
const asItsAssignment = Prisma.sql`
  case when a."state" = 'done' then 'approved' when a."state" = 'denied' then 'denied' when t."state" = 'expired' or a."code" = 'task.deadline' then 'expired' else 'ended' end`;

/**
 * Closes reviews that are not closed: what they show goes, the request behind one is answered with it, and it is on the audit.
 * Answers whom it concerns.
 */
export async function closeReviews(change: TransactionChange, where: Prisma.Sql, { to, by }: { to: 'approved' | 'denied' | 'expired' | 'ended' | 'as-its-assignment'; by: Actor }): Promise<string[]> {
  const { tx } = change;
  const closed = await tx.$queryRaw<Closed[]>`
    with picked as (
      select r."id", ${to === 'as-its-assignment' ? asItsAssignment : Prisma.sql`${to}`} as "state", a."taskId", a."id" as "assignmentId", r."requestId", t."ownerId", p."custodianId"
      from "Review" r join "Assignment" a on a."id" = r."assignmentId" join "Task" t on t."id" = a."taskId" join "Pod" p on p."id" = r."podId"
      where r."endedAt" is null and ${where} order by r."id" for update of r
    ), emptied as (
      delete from "ReviewCopy" c using picked where c."reviewId" = picked."id"
    ), ended as (
      update "Review" r set "state" = picked."state", "endedAt" = now(), "decision" = null from picked where r."id" = picked."id"
    )
    select * from picked`;
  for (const { id, state, taskId, assignmentId, requestId, custodianId } of closed) {
    change.tasks.add(taskId);
    change.note({ ...by, action: `review.${state}`, subject: id, detail: { assignmentId } });
    if (requestId === null || state === 'ended') continue;
    // Whatever the way, it was the custodian who decided.
    const answered = await tx.accessRequest.updateMany({ where: { id: requestId, state: 'open' }, data: { state, endedAt: new Date(), decidedBy: state === 'expired' ? null : custodianId } });
    if (answered.count > 0) change.note({ ...by, action: `request.${state}`, subject: requestId, detail: { reviewId: id } });
  }
  return [...new Set(closed.flatMap((row) => [row.ownerId, row.custodianId]))];
}
