import { Injectable } from '@nestjs/common';
import { makeId, type Grant } from '@podnet/contracts';
import { Fault } from '@podnet/errors';
import type { z } from 'zod';
import type { routes } from '@podnet/contracts';
import { Database, type Transaction } from '../database/database.ts';
import { isDuplicate } from '../database/fault.ts';
import { Prisma } from '../generated/prisma/client.ts';
import { isVisible, podNotFound, type Viewer } from '../pod/visibility.ts';
import type { TransactionChange } from '../task/change.ts';
import { Lifecycle } from '../task/lifecycle.ts';
import { managesGrants, refuseSelfGrant } from './authority.ts';
import { extrasOf, grantColumns, presentGrant, type GrantRow } from './grant-rows.ts';
import { StandingService } from './standing.service.ts';

type Assignment = z.output<typeof routes.assignRole.body>;
type Alteration = z.output<typeof routes.changeGrant.body>;

/** Roles on pods: given, changed and ended by a pod's custodian and by admins. */
@Injectable()
export class GrantService {
  constructor(
    private readonly database: Database,
    private readonly lifecycle: Lifecycle,
    private readonly standing: StandingService,
  ) {}

  /** **Throws** `access.not-found`, `access.forbidden`, `access.self-grant`, `dataset.unknown`, `conflict.exists`. */
  async assign(viewer: Viewer, terms: Assignment): Promise<Grant> {
    return this.lifecycle.change((change) => this.assignIn(change, viewer, terms));
  }

  /** As `assign`, together with whatever else is changed. */
  async assignIn(change: TransactionChange, viewer: Viewer, { podId, email, dataset, role, reason, extras = { models: [], elements: [] }, epsilonLimit = null, ...dates }: Assignment): Promise<Grant> {
    const startsAt = dates.startsAt ? new Date(dates.startsAt) : new Date();
    const endsAt = dates.endsAt ? new Date(dates.endsAt) : null;
    refuseEmptySpan(startsAt, endsAt);
    const id = makeId('grant');
    const pod = await this.managedPod(change.tx, viewer, podId);
    const account = await change.tx.account.findFirst({ where: { email, disabledAt: null }, select: { id: true } });
    if (!account) throw new Fault('access.not-found', 'There is no account with this e-mail address.', { at: 'email' });
    refuseSelfGrant(viewer, pod, account.id);
    await refuseUnknownDataset(change.tx, podId, dataset);
    // One that has ended makes room for the next.
    await change.tx.grant.updateMany({ where: { podId, accountId: account.id, dataset, revokedAt: null, endsAt: { lte: new Date() } }, data: { revokedAt: new Date(), revokedBy: viewer.userId } });
    try {
      await change.tx.grant.createMany({ data: [{ id, podId, accountId: account.id, dataset, role, reason, extras, epsilonLimit, startsAt, endsAt, createdBy: viewer.userId }] });
    } catch (error) {
      if (isDuplicate(error)) throw new Fault('conflict.exists', 'This modeller has a role there already.', { hint: 'Change or revoke the grant that exists.' });
      throw error;
    }
    // A role on a dataset comes before the one on the whole pod, also for what runs there already.
    if (dataset !== null) await this.standing.decideAnew(change, Prisma.sql`a."podId" = ${podId} and a."dataset" = ${dataset} and t."ownerId" = ${account.id}`, { actor: 'account', actorId: viewer.userId });
    change.note({ actor: 'account', actorId: viewer.userId, action: 'grant.assigned', subject: id, detail: { podId, modellerId: account.id, role, dataset } });
    return this.present(change.tx, await change.tx.grant.findUniqueOrThrow({ where: { id }, select: grantColumns }));
  }

  /** Grants that somebody gave, holds or may manage. */
  async list(viewer: Viewer, { podId, email, ended }: z.output<typeof routes.listGrants.query>): Promise<Grant[]> {
    const now = new Date();
    const concerned: Prisma.GrantWhereInput[] = viewer.admin ? [] : [{ OR: [{ createdBy: viewer.userId }, { accountId: viewer.userId }, { pod: { custodianId: viewer.userId } }] }];
    const living: Prisma.GrantWhereInput[] = ended === 'true' ? [] : [{ revokedAt: null, OR: [{ endsAt: null }, { endsAt: { gt: now } }] }];
    const rows = await this.database.client.grant.findMany({
      where: { AND: [...concerned, ...living, ...(podId ? [{ podId }] : []), ...(email ? [{ account: { email } }] : [])] },
      orderBy: { id: 'desc' },
      take: 1_000,
      select: grantColumns,
    });
    const givers = await this.people(this.database.client, rows.map((row) => row.createdBy));
    return rows.map((row) => presentGrant(row, givers.get(row.createdBy)!));
  }

  /** **Throws** `conflict.stale` when it is not the revision that the caller read, and what `assign` throws. */
  async change(viewer: Viewer, grantId: string, terms: Alteration): Promise<Grant> {
    return this.lifecycle.change((change) => this.changeIn(change, viewer, grantId, terms));
  }

  /** As `change`, together with whatever else is changed. */
  async changeIn(change: TransactionChange, viewer: Viewer, grantId: string, { revision, role, reason, extras, epsilonLimit, startsAt, endsAt }: Alteration): Promise<Grant> {
    const before = await this.managedGrant(change, viewer, grantId);
    refuseSelfGrant(viewer, before.pod, before.accountId);
    if (before.revokedAt) throw new Fault('conflict.state', 'The grant has been revoked.', { hint: 'Assign a new one.' });
    if (before.revision !== revision) throw new Fault('conflict.stale', 'The grant has changed since you read it.', { hint: 'Read it again and decide anew.' });
    const data = {
      revision: revision + 1,
      reason,
      role: role ?? before.role,
      extras: extras ?? extrasOf(before),
      epsilonLimit: epsilonLimit === undefined ? before.epsilonLimit : epsilonLimit,
      startsAt: startsAt === undefined ? before.startsAt : new Date(startsAt),
      endsAt: endsAt === undefined ? before.endsAt : endsAt === null ? null : new Date(endsAt),
    };
    refuseEmptySpan(data.startsAt, data.endsAt);
    await change.tx.grant.updateMany({ where: { id: grantId }, data });
    change.note({ actor: 'account', actorId: viewer.userId, action: 'grant.changed', subject: grantId, detail: { podId: before.podId, modellerId: before.accountId, role: data.role, revision: data.revision } });
    const by = { actor: 'account', actorId: viewer.userId } as const;
    await this.standing.recheck(change, grantId, by);
    if (role !== undefined || extras !== undefined || epsilonLimit !== undefined) await this.standing.decideAnew(change, Prisma.sql`a."grantId" = ${grantId}`, by);
    return this.present(change.tx, await change.tx.grant.findUniqueOrThrow({ where: { id: grantId }, select: grantColumns }));
  }

  /** Ends a grant at once; what runs under it stops. Revoking again changes nothing. */
  async revoke(viewer: Viewer, grantId: string): Promise<Grant> {
    return this.lifecycle.change(async (change) => {
      const before = await this.managedGrant(change, viewer, grantId);
      if (before.revokedAt) return this.present(change.tx, before);
      await change.tx.grant.updateMany({ where: { id: grantId }, data: { revokedAt: new Date(), revokedBy: viewer.userId, revision: before.revision + 1 } });
      const by = { actor: 'account', actorId: viewer.userId } as const;
      change.post({ podId: before.podId, kind: 'revoke', body: { grantId } });
      await change.assignments({ to: 'cancelled', where: Prisma.sql`a."grantId" = ${grantId}`, code: 'policy.no-access', by });
      change.note({ ...by, action: 'grant.revoked', subject: grantId, detail: { podId: before.podId, modellerId: before.accountId } });
      return this.present(change.tx, await change.tx.grant.findUniqueOrThrow({ where: { id: grantId }, select: grantColumns }));
    });
  }

  private async managedPod(tx: Transaction, viewer: Viewer, podId: string): Promise<{ custodianId: string }> {
    const [pod] = await tx.$queryRaw<{ custodianId: string }[]>`select p."custodianId" from "Pod" p where p."id" = ${podId} and ${isVisible(viewer)} for share of p`;
    if (!pod) throw podNotFound('podId');
    if (!managesGrants(viewer, pod)) throw notManager();
    return pod;
  }

  /** The grant, locked. **Throws** `access.not-found` for who has nothing to do with it. */
  private async managedGrant({ tx }: TransactionChange, viewer: Viewer, grantId: string): Promise<GrantRow> {
    await tx.$queryRaw`select 1 from "Grant" where "id" = ${grantId} for update`;
    const row = await tx.grant.findUnique({ where: { id: grantId }, select: grantColumns });
    const concerned = row && (managesGrants(viewer, row.pod) || row.accountId === viewer.userId || row.createdBy === viewer.userId);
    if (!concerned) throw new Fault('access.not-found', 'There is no such grant, or you may not see it.');
    if (!managesGrants(viewer, row.pod)) throw notManager();
    return row;
  }

  private async present(tx: Transaction, row: GrantRow): Promise<Grant> {
    return presentGrant(row, (await this.people(tx, [row.createdBy])).get(row.createdBy)!);
  }

  private async people(client: Pick<Transaction, 'account'>, ids: string[]) {
    const rows = await client.account.findMany({ where: { id: { in: [...new Set(ids)] } }, select: { id: true, name: true, email: true } });
    return new Map(rows.map((row) => [row.id, row]));
  }
}

const notManager = (): Fault => new Fault('access.forbidden', 'Only the pod’s custodian or an admin assigns roles on it.');

function refuseEmptySpan(startsAt: Date, endsAt: Date | null): void {
  if (endsAt && (endsAt <= startsAt || endsAt.getTime() <= Date.now())) throw new Fault('usage.invalid', 'A grant must end in the future, and after it begins.', { at: 'endsAt' });
}

/** A grant may come before the pod's first schema, but not name a dataset that the pod is known not to have. */
export async function refuseUnknownDataset(tx: Transaction, podId: string, dataset: string | null): Promise<void> {
  if (dataset === null) return;
  const published = await tx.dataset.findMany({ where: { podId }, select: { name: true } });
  if (published.length > 0 && !published.some((row) => row.name === dataset)) throw new Fault('dataset.unknown', 'The pod publishes no such dataset.', { at: 'dataset' });
}
