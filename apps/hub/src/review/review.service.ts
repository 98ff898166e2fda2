import { Injectable } from '@nestjs/common';
import { sealContext, typ, type Review } from '@podnet/contracts';
import { inspectSealed } from '@podnet/envelope';
import { Fault } from '@podnet/errors';
import { Database, type Transaction } from '../database/database.ts';
import { Prisma } from '../generated/prisma/client.ts';
import { podNotFound } from '../pod/visibility.ts';
import { Lifecycle } from '../task/lifecycle.ts';
import { TaskEvents } from '../task/task-events.ts';
import { mailDecisions } from './decision-mail.ts';
import { isWaiting, presentReview, reviewColumns, reviewTables, type ReviewRow } from './review-rows.ts';

/** The same words whether there is no such review or it is at somebody else's pod. */
const reviewNotFound = (): Fault => new Fault('access.not-found', 'There is no such review, or you may not see it.');

/** Queries that wait, as the custodians of their pods see them. Nobody else learns of them here, admins neither. */
@Injectable()
export class ReviewService {
  constructor(
    private readonly database: Database,
    private readonly lifecycle: Lifecycle,
    private readonly events: TaskEvents,
  ) {}

  /** **Throws** `access.not-found` for a pod that is not the caller's. */
  async list(userId: string, { podId, state }: { podId?: string | undefined; state: 'open' | 'all' }): Promise<Review[]> {
    const { client } = this.database;
    if (podId !== undefined && !(await client.pod.findFirst({ where: { id: podId, custodianId: userId, state: { not: 'removed' } }, select: { id: true } }))) throw podNotFound('podId');
    const atPod = podId === undefined ? Prisma.sql`true` : Prisma.sql`p."id" = ${podId}`;
    const order = state === 'open' ? Prisma.sql`r."createdAt", r."id"` : Prisma.sql`r."createdAt" desc, r."id" desc`;
    const rows = await client.$queryRaw<ReviewRow[]>`
      select ${reviewColumns} from ${reviewTables} where ${ofCustodian(userId)} and ${atPod} and ${state === 'open' ? isWaiting : Prisma.sql`true`} order by ${order} limit 1000`;
    return rows.map(presentReview);
  }

  /** `device`: thumbprint of the encryption key of the caller's device. **Throws** `access.not-found`. */
  async show(userId: string, id: string, device: string | undefined): Promise<Review & { sealed: string | null }> {
    const { client } = this.database;
    const review = await this.find(client, userId, id);
    const copy = device === undefined ? null : await client.reviewCopy.findFirst({ where: { reviewId: id, device }, select: { sealed: true } });
    return { ...review, sealed: copy?.sealed ?? null };
  }

  /**
   * Sends a decision to the pod, which alone can open and judge it. Until the pod has said what came of it another one may follow.
   * **Throws** `access.not-found`, `conflict.state`, `envelope.*` for what is not sealed to the pod for this very review.
   */
  async decide(userId: string, id: string, decision: string): Promise<Review> {
    const { told, review } = await this.lifecycle.change(async (change) => {
      const { tx } = change;
      const [row] = await tx.$queryRaw<{ podId: string; key: string; decision: string | null; isOver: boolean }[]>`
        select p."id" as "podId", p."encryptionThumbprint" as "key", r."decision", not (${isWaiting}) as "isOver" from ${reviewTables} where r."id" = ${id} and ${ofCustodian(userId)} for update of r`;
      if (!row) throw reviewNotFound();
      if (row.isOver) throw new Fault('conflict.state', 'This query does not wait any more.');
      const { kid } = inspectSealed(decision, { typ: typ.reviewDecision, cty: typ.reviewDecisionSigned, context: sealContext.reviewDecision(row.podId, id) });
      if (kid !== row.key) throw new Fault('envelope.wrong-recipient', 'The decision is sealed to somebody else than the pod.', { at: 'decision' });
      if (decision !== row.decision) {
        await tx.$executeRaw`update "Review" set "state" = 'answered', "decision" = ${decision}, "refusedCode" = null where "id" = ${id}`;
        await tx.$executeRaw`${mailDecisions(Prisma.sql`r."id" = ${id}`)}`;
        change.mailed.add(row.podId);
        change.note({ actor: 'account', actorId: userId, action: 'review.answered', subject: id, detail: { podId: row.podId } });
      }
      return { told: [userId], review: await this.find(tx, userId, id) };
    });
    this.events.emit('hinted', told);
    return review;
  }

  private async find(client: Pick<Transaction, '$queryRaw'>, userId: string, id: string): Promise<Review> {
    const [row] = await client.$queryRaw<ReviewRow[]>`select ${reviewColumns} from ${reviewTables} where r."id" = ${id} and ${ofCustodian(userId)}`;
    if (!row) throw reviewNotFound();
    return presentReview(row);
  }
}

const ofCustodian = (userId: string): Prisma.Sql => Prisma.sql`p."custodianId" = ${userId} and p."state" <> 'removed'`;
