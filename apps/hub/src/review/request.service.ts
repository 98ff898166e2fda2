import { Injectable } from '@nestjs/common';
import { limits, makeId, type AccessRequest, type RequestWhat, type routes } from '@podnet/contracts';
import { Fault } from '@podnet/errors';
import type { z } from 'zod';
import { Database, type Transaction } from '../database/database.ts';
import { isDuplicate } from '../database/fault.ts';
import { Prisma } from '../generated/prisma/client.ts';
import { refuseUnknownDataset } from '../grant/grant.service.ts';
import { managesGrants } from '../grant/authority.ts';
import { isVisible, podNotFound, type Viewer } from '../pod/visibility.ts';
import type { TransactionChange } from '../task/change.ts';
import { Lifecycle } from '../task/lifecycle.ts';
import { TaskEvents } from '../task/task-events.ts';
import { Fulfilment } from './fulfilment.ts';
import { presentRequest, requestColumns, requestTables, type RequestRow } from './review-rows.ts';

type Wish = z.output<typeof routes.makeRequest.body>;
type Answer = z.output<typeof routes.decideRequest.body>;

/** What modellers ask custodians for. */
@Injectable()
export class RequestService {
  constructor(
    private readonly database: Database,
    private readonly lifecycle: Lifecycle,
    private readonly fulfilment: Fulfilment,
    private readonly events: TaskEvents,
  ) {}

  /**
   * Asks. The same wish is the same request for as long as nobody has answered it.
   * **Throws** `access.not-found` for a pod that the caller may not see, `usage.*`, `dataset.unknown`, `conflict.state`, `usage.rate-limited`.
   */
  async make(viewer: Viewer, wish: Wish): Promise<AccessRequest> {
    try {
      return await this.tryToMake(viewer, wish);
    } catch (error) {
      // Two at the same moment: the other one is there now.
      if (isDuplicate(error)) return this.tryToMake(viewer, wish);
      throw error;
    }
  }

  private async tryToMake(viewer: Viewer, { podId, dataset: named, what, reason }: Wish): Promise<AccessRequest> {
    const { row, isNew } = await this.lifecycle.change(async (change) => {
      const { tx } = change;
      const [pod] = await tx.$queryRaw<{ custodianId: string }[]>`select p."custodianId" from "Pod" p where p."id" = ${podId} and ${isVisible(viewer)} for share of p`;
      if (!pod) throw podNotFound('podId');
      if (pod.custodianId === viewer.userId) throw new Fault('conflict.state', 'You are the custodian of this pod yourself.', { at: 'podId' });
      if ((what.kind === 'query') !== (reason === null)) throw new Fault('usage.invalid', what.kind === 'query' ? 'The reason of a query is sealed to the pod, with the query.' : 'A request has a reason.', { at: 'reason' });
      const dataset = what.kind === 'query' ? await deniedQuery(tx, viewer.userId, podId, what.assignmentId) : named;
      await refuseUnknownDataset(tx, podId, dataset);
      const whatKey = keyOf(what);
      // One after another, so that they are counted.
      await tx.$queryRaw`select 1 from "Account" where "id" = ${viewer.userId} for no key update`;
      const [known] = await this.find(tx, Prisma.sql`q."podId" = ${podId} and q."requesterId" = ${viewer.userId} and q."dataset" is not distinct from ${dataset} and q."whatKey" = ${whatKey} and q."state" = 'open'`);
      if (known) return { row: known, isNew: false };
      await refuseTooMany(tx, viewer.userId, podId);
      const id = makeId('request');
      await tx.accessRequest.createMany({ data: [{ id, podId, requesterId: viewer.userId, dataset, kind: what.kind, what, whatKey, reason, state: 'open', expiresAt: new Date(Date.now() + limits.requestMs) }] });
      change.note({ actor: 'account', actorId: viewer.userId, action: 'request.made', subject: id, detail: { podId, dataset, what: whatKey } });
      return { row: (await this.find(tx, Prisma.sql`q."id" = ${id}`))[0]!, isNew: true };
    });
    if (isNew) this.tell(row);
    return presentRequest(row);
  }

  /** Those that the caller made, and those that the caller may decide. */
  async list(viewer: Viewer, { podId, state }: { podId?: string | undefined; state: 'open' | 'all' }): Promise<AccessRequest[]> {
    const concerned = viewer.admin ? Prisma.sql`true` : Prisma.sql`(q."requesterId" = ${viewer.userId} or p."custodianId" = ${viewer.userId})`;
    const atPod = podId === undefined ? Prisma.sql`true` : Prisma.sql`q."podId" = ${podId}`;
    return (await this.find(this.database.client, Prisma.sql`${concerned} and ${atPod} and ${state === 'open' ? Prisma.sql`q."state" = 'open'` : Prisma.sql`true`}`)).map(presentRequest);
  }

  /** **Throws** `access.not-found`. */
  async show(viewer: Viewer, id: string): Promise<AccessRequest> {
    return presentRequest(await this.concerning(this.database.client, viewer, id));
  }

  /**
   * The custodian's or an admin's answer. An approval is done at once, or nothing has changed.
   * **Throws** `access.not-found`, `access.forbidden`, `access.self-grant`, `conflict.state`, and what assigning a role throws.
   */
  async decide(viewer: Viewer, id: string, { decision, note, role, endsAt }: Answer): Promise<AccessRequest> {
    const row = await this.ending(viewer, id, async (change, before) => {
      if (!managesGrants(viewer, before)) throw new Fault('access.forbidden', 'Only the pod’s custodian or an admin decides on requests.');
      if (before.requester.id === viewer.userId) throw new Fault('access.self-grant', 'You cannot decide on your own request.', { hint: 'Another admin or the pod’s custodian can.' });
      if (presentRequest(before).what.kind === 'query') throw new Fault('conflict.state', 'A query is decided by its review.', { hint: before.reviewId ? `podnet review show ${before.reviewId}` : 'The pod has not opened one yet.' });
      const grantId = decision === 'approve' ? await this.fulfilment.grant(change, viewer, presentRequest(before), { role, endsAt }) : null;
      return { state: decision === 'approve' ? 'approved' : 'denied', note, decidedBy: viewer.userId, grantId };
    });
    return presentRequest(row);
  }

  /** The one who asked needs it no more. **Throws** `access.not-found`, `access.forbidden`, `conflict.state`. */
  async withdraw(viewer: Viewer, id: string): Promise<AccessRequest> {
    const row = await this.ending(viewer, id, (_, before) => {
      if (before.requester.id !== viewer.userId) throw new Fault('access.forbidden', 'Only who made a request withdraws it.');
      return Promise.resolve({ state: 'withdrawn' });
    });
    return presentRequest(row);
  }

  private async ending(viewer: Viewer, id: string, end: (change: TransactionChange, before: RequestRow) => Promise<Prisma.AccessRequestUpdateManyMutationInput & { state: AccessRequest['state'] }>): Promise<RequestRow> {
    const row = await this.lifecycle.change(async (change) => {
      const { tx } = change;
      await tx.$queryRaw`select 1 from "AccessRequest" where "id" = ${id} for update`;
      const before = await this.concerning(tx, viewer, id);
      const data = await end(change, before);
      if (before.state !== 'open') throw new Fault('conflict.state', 'The request is over.', { at: id });
      await tx.accessRequest.updateMany({ where: { id }, data: { ...data, endedAt: new Date() } });
      change.note({ actor: 'account', actorId: viewer.userId, action: `request.${data.state}`, subject: id, detail: { podId: before.pod.id, modellerId: before.requester.id } });
      return (await this.find(tx, Prisma.sql`q."id" = ${id}`))[0]!;
    });
    this.tell(row);
    return row;
  }

  private async concerning(client: Pick<Transaction, '$queryRaw'>, viewer: Viewer, id: string): Promise<RequestRow> {
    const [row] = await this.find(client, Prisma.sql`q."id" = ${id}`);
    if (!row || !(row.requester.id === viewer.userId || managesGrants(viewer, row))) throw new Fault('access.not-found', 'There is no such request, or you may not see it.');
    return row;
  }

  private find(client: Pick<Transaction, '$queryRaw'>, where: Prisma.Sql): Promise<RequestRow[]> {
    return client.$queryRaw<RequestRow[]>`select ${requestColumns} from ${requestTables} where ${where} order by q."createdAt" desc, q."id" desc limit 1000`;
  }

  private tell({ requester, custodianId }: RequestRow): void {
    this.events.emit('hinted', [requester.id, custodianId]);
  }
}

/** The same for the same wish, and another one for any other. */
function keyOf(what: RequestWhat): string {
  switch (what.kind) {
    case 'role':
      return `role:${what.role}`;
    case 'element':
      return `element:${what.element}`;
    case 'model':
      return `model:${what.hash}:${what.reference}`;
    case 'query':
      return `query:${what.assignmentId}`;
  }
}

/** The dataset that it asked. **Throws** `access.not-found` for what is not the caller's own, `conflict.state` for what was not denied. */
async function deniedQuery(tx: Transaction, userId: string, podId: string, assignmentId: string): Promise<string> {
  const assignment = await tx.assignment.findFirst({ where: { id: assignmentId, podId, task: { ownerId: userId } }, select: { state: true, dataset: true } });
  if (!assignment) throw new Fault('access.not-found', 'You have no such assignment on this pod.', { at: 'what.assignmentId' });
  if (assignment.state !== 'denied') throw new Fault('conflict.state', 'The pod has not denied this query.', { at: 'what.assignmentId' });
  return assignment.dataset;
}

async function refuseTooMany(tx: Transaction, requesterId: string, podId: string): Promise<void> {
  const [count] = await tx.$queryRaw<{ open: bigint; today: bigint }[]>`
    select count(*) filter (where "state" = 'open') as "open", count(*) filter (where "createdAt" > now() - interval '24 hours') as "today"
    from "AccessRequest" where "podId" = ${podId} and "requesterId" = ${requesterId}`;
  if (count!.open >= limits.openRequestsPerPair) throw new Fault('usage.rate-limited', `${limits.openRequestsPerPair} of your requests are open at this pod.`, { hint: 'Withdraw one, or wait for the custodian.' });
  if (count!.today >= limits.requestsPerPairAndDay) throw new Fault('usage.rate-limited', `You have asked this custodian ${limits.requestsPerPairAndDay} times in a day.`, { retryAfter: 3_600 });
}
