import { Injectable } from '@nestjs/common';
import { limits, type ClaimedAssignment, type PublicKeys } from '@podnet/contracts';
import { Database } from '../database/database.ts';
import { Prisma } from '../generated/prisma/client.ts';
import { GrantTokens } from '../grant/grant-tokens.ts';
import { heldGrantsColumn, readHeldGrants, type HeldGrantsJson } from '../grant/held-grant.ts';
import { Lifecycle } from '../task/lifecycle.ts';

export interface Lease {
  assignmentId: string;
  epoch: number;
}

/** The lease begins now, by the database's clock. */
export const leaseFromNow = Prisma.sql`now() + ${limits.leaseMs}::int * interval '1 millisecond'`;

interface Material {
  payload: string;
  dataset: string;
  grantId: string | null;
  manifest: string;
  custodianId: string;
  userId: string;
  email: string;
  disabled: boolean;
  grants: HeldGrantsJson;
  devices: PublicKeys[];
}

/** Who may run what until when. A later epoch fences off whoever held the lease before. */
@Injectable()
export class LeaseService {
  constructor(
    private readonly database: Database,
    private readonly lifecycle: Lifecycle,
    private readonly tokens: GrantTokens,
  ) {}

  /** Takes the lease of one assignment, with everything the pod needs to decide. Null: it is over or not this pod's. */
  async claim(podId: string, assignmentId: string): Promise<ClaimedAssignment | null> {
    const [moved] = await this.lifecycle.move({
      to: 'leased',
      where: Prisma.sql`a."id" = ${assignmentId} and a."podId" = ${podId}`,
      by: { actor: 'pod', actorId: podId },
      set: [Prisma.sql`"epoch" = a."epoch" + 1`, Prisma.sql`"leaseUntil" = ${leaseFromNow}`],
    });
    if (!moved) return null;
    return { assignmentId, epoch: moved.epoch, leaseMs: limits.leaseMs, ...(await this.material(assignmentId, podId)) };
  }

  private async material(assignmentId: string, podId: string): Promise<{ manifest: string; payload: string; grant: string | null }> {
    const { client } = this.database;
    const [row] = await client.$queryRaw<Material[]>`
      select a."payload", a."dataset", a."grantId", t."manifest", p."custodianId", u."id" as "userId", u."email", u."disabledAt" is not null as "disabled",
        ${heldGrantsColumn(Prisma.sql`p."id"`, Prisma.sql`u."id"`)} as "grants",
        (select coalesce(jsonb_agg(jsonb_build_object('signing', d."signingKey", 'encryption', d."encryptionKey") order by d."id"), '[]') from "Device" d
          where d."accountId" = u."id" and d."revokedAt" is null) as "devices"
      from "Assignment" a join "Task" t on t."id" = a."taskId" join "Pod" p on p."id" = a."podId" join "Account" u on u."id" = t."ownerId"
      where a."id" = ${assignmentId}`;
    const { manifest, payload, grantId, disabled, grants, ...bearer } = row!;
    if (disabled) return { manifest, payload, grant: null };
    const { token, grantId: current } = await this.tokens.make({ ...bearer, podId, grants: readHeldGrants(grants) }, new Date());
    if (current === grantId || current === null) return { manifest, payload, grant: token };
    // What runs, runs under the grant that it was claimed with: revoking that one stops it. One that was revoked just now is none.
    const taken = await client.$executeRaw`
      update "Assignment" set "grantId" = ${current}
      where "id" = ${assignmentId} and exists (select 1 from "Grant" g where g."id" = ${current} and g."revokedAt" is null for share)`;
    return { manifest, payload, grant: taken > 0 ? token : null };
  }

  /** Renews leases, and answers which are not the pod's any more. */
  async renew(podId: string, leases: readonly Lease[]): Promise<string[]> {
    if (leases.length === 0) return [];
    const kept = await this.database.client.$queryRaw<{ id: string }[]>`
      with quick as (select set_config('synchronous_commit', 'off', true))
      update "Assignment" a set "leaseUntil" = ${leaseFromNow}
      from quick, unnest(${leases.map((lease) => lease.assignmentId)}::text[], ${leases.map((lease) => lease.epoch)}::int[]) as l("id", "epoch")
      where a."id" = l."id" and a."epoch" = l."epoch" and a."podId" = ${podId} and a."state" in ('leased', 'running')
      returning a."id"`;
    const still = new Set(kept.map((row) => row.id));
    return leases.filter((lease) => !still.has(lease.assignmentId)).map((lease) => lease.assignmentId);
  }

  /**
   * A pod has come (back) and says what it works on: these leases go on; others that stand in its name have nobody who works
   * on them, and are there to be taken again at once. Answers which of the pod's are lost.
   */
  async resume(podId: string, inflight: readonly Lease[]): Promise<string[]> {
    const lost = await this.renew(podId, inflight);
    const orphaned = Prisma.sql`a."podId" = ${podId} and a."state" in ('leased', 'running') and not exists (
      select 1 from unnest(${inflight.map((lease) => lease.assignmentId)}::text[], ${inflight.map((lease) => lease.epoch)}::int[]) as l("id", "epoch") where l."id" = a."id" and l."epoch" = a."epoch")`;
    await this.lifecycle.move({ to: 'queued', where: orphaned, by: { actor: 'pod', actorId: podId } });
    return lost;
  }
}
