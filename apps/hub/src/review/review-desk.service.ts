import { Injectable } from '@nestjs/common';
import { limits, podCalls, type ReviewState } from '@podnet/contracts';
import { Fault } from '@podnet/errors';
import type { z } from 'zod';
import { Prisma } from '../generated/prisma/client.ts';
import type { TransactionChange } from '../task/change.ts';
import { Lifecycle } from '../task/lifecycle.ts';
import { TaskEvents } from '../task/task-events.ts';
import { closeReviews } from './closed-reviews.ts';

type Upload = z.output<(typeof podCalls)['pod:review']['input']>;
type Ended = z.output<(typeof podCalls)['pod:review-ended']['input']>;
type Refused = z.output<(typeof podCalls)['pod:decision-refused']['input']>;

interface Waiting {
  taskId: string;
  ownerId: string;
  custodianId: string;
}

/** What pods say about queries that wait for their custodians. The contents are sealed; the hub sees that there is one, and until when. */
@Injectable()
export class ReviewDeskService {
  constructor(
    private readonly lifecycle: Lifecycle,
    private readonly events: TaskEvents,
  ) {}

  /** A query waits, or more of its copies come. **Throws** `access.not-found`, `conflict.state`, `usage.rate-limited`, `conflict.exists`. */
  async upload(podId: string, { reviewId, assignmentId, deadlineAt, requestId, copies }: Upload): Promise<void> {
    const told = await this.lifecycle.change(async (change) => {
      const { tx } = change;
      const assignment = await this.waiting(change, podId, assignmentId);
      const [known] = await tx.$queryRaw<{ podId: string; assignmentId: string; state: ReviewState; refusedCode: string | null }[]>`
        select "podId", "assignmentId", "state", "refusedCode" from "Review" where "id" = ${reviewId} for update`;
      if (known && (known.podId !== podId || known.assignmentId !== assignmentId)) throw new Fault('conflict.exists', 'This id is taken.', { at: 'reviewId' });
      if (known && known.state !== 'open' && known.state !== 'answered') throw new Fault('conflict.state', 'This review has ended.');
      if (!known) await this.open(change, podId, assignment, { reviewId, assignmentId, deadlineAt, requestId });
      if (copies.length > 0) {
        await tx.$executeRaw`
          insert into "ReviewCopy" ("reviewId", "device", "sealed")
          select ${reviewId}, c."device", c."sealed" from unnest(${copies.map((copy) => copy.device)}::text[], ${copies.map((copy) => copy.sealed)}::text[]) as c("device", "sealed")
          on conflict ("reviewId", "device") do update set "sealed" = excluded."sealed"`;
        const [held] = await tx.$queryRaw<{ copies: bigint }[]>`select count(*) as "copies" from "ReviewCopy" where "reviewId" = ${reviewId}`;
        if (held!.copies > mostCopies) throw new Fault('usage.too-large', 'A review is sealed to more devices than an account has.', { at: 'copies' });
      }
      if (!known) change.tasks.add(assignment.taskId);
      return [assignment.custodianId];
    });
    this.events.emit('hinted', told);
  }

  /** It waits no more. Repeating it is harmless, and so is one about a review that the hub never heard of. */
  async end(podId: string, { reviewId, state }: Ended): Promise<void> {
    await this.closing((change) => closeReviews(change, Prisma.sql`r."id" = ${reviewId} and r."podId" = ${podId}`, { to: state, by: { actor: 'pod', actorId: podId } }));
  }

  /** A decision was none: the custodian may decide again. */
  async refuse(podId: string, { reviewId, code }: Refused): Promise<void> {
    const told = await this.lifecycle.change(async (change) => {
      const rows = await change.tx.$queryRaw<{ custodianId: string }[]>`
        update "Review" r set "state" = 'open', "decision" = null, "refusedCode" = ${code} from "Pod" p
        where p."id" = r."podId" and r."id" = ${reviewId} and r."podId" = ${podId} and r."state" = 'answered' returning p."custodianId"`;
      if (rows.length > 0) change.note({ actor: 'pod', actorId: podId, action: 'review.decision-refused', subject: reviewId, detail: { code } });
      return rows.map((row) => row.custodianId);
    });
    this.events.emit('hinted', told);
  }

  /** Closes reviews, then tells whom it concerns. */
  async closing(work: (change: TransactionChange) => Promise<string[]>): Promise<void> {
    const told = await this.lifecycle.change(work);
    if (told.length > 0) this.events.emit('hinted', told);
  }

  private async open(change: TransactionChange, podId: string, { ownerId }: Waiting, { reviewId, assignmentId, deadlineAt, requestId }: Omit<Upload, 'copies'>): Promise<void> {
    const { tx } = change;
    const by = { actor: 'pod', actorId: podId } as const;
    // The one before it has ended; its pod has not come round to saying so.
    await closeReviews(change, Prisma.sql`r."assignmentId" = ${assignmentId}`, { to: 'ended', by });
    const [waiting] = await tx.$queryRaw<{ reviews: bigint }[]>`
      select count(*) as "reviews" from "Review" r join "Assignment" a on a."id" = r."assignmentId" join "Task" t on t."id" = a."taskId"
      where r."podId" = ${podId} and t."ownerId" = ${ownerId} and r."endedAt" is null and a."endedAt" is null`;
    if (waiting!.reviews >= limits.openReviewsPerPair) throw new Fault('usage.rate-limited', `${limits.openReviewsPerPair} queries of this modeller wait for the custodian already.`);
    const [request] = requestId === null ? [] : await tx.$queryRaw<{ id: string }[]>`
      select "id" from "AccessRequest" where "id" = ${requestId} and "podId" = ${podId} and "requesterId" = ${ownerId} and "kind" = 'query' and "state" = 'open'`;
    await tx.review.createMany({ data: [{ id: reviewId, podId, assignmentId, requestId: request?.id ?? null, state: 'open', deadlineAt: new Date(deadlineAt) }] });
    change.note({ ...by, action: 'review.opened', subject: reviewId, detail: { assignmentId, modellerId: ownerId, requestId: request?.id ?? null } });
  }

  /** The assignment, locked against its end. */
  private async waiting({ tx }: TransactionChange, podId: string, assignmentId: string): Promise<Waiting> {
    const [row] = await tx.$queryRaw<(Waiting & { ended: boolean })[]>`
      select a."taskId", t."ownerId", p."custodianId", a."endedAt" is not null as "ended"
      from "Assignment" a join "Task" t on t."id" = a."taskId" join "Pod" p on p."id" = a."podId"
      where a."id" = ${assignmentId} and a."podId" = ${podId} for no key update of a`;
    if (!row) throw new Fault('access.not-found', 'This pod has no such assignment.');
    if (row.ended) throw new Fault('conflict.state', 'The assignment is over.');
    return row;
  }
}

/** As many as an account may have devices, and those that were revoked after the pod had pinned them. */
const mostCopies = 100n;
