import { Injectable } from '@nestjs/common';
import { isFaultCode } from '@podnet/errors';
import { decide } from '@podnet/policy';
import { Prisma } from '../generated/prisma/client.ts';
import type { Actor, TransactionChange } from '../task/change.ts';
import { courtesyFacts } from '../task/courtesy.ts';
import { storedManifest } from '../task/manifest.ts';
import { applicableGrant } from './applicable-grant.ts';
import { heldGrantsColumn, readHeldGrants, type HeldGrantsJson } from './held-grant.ts';

interface OpenRow {
  assignmentId: string;
  manifest: string;
  dataset: string;
  podId: string;
  podName: string;
  custodianId: string;
  userId: string;
  email: string;
  grants: HeldGrantsJson;
}

/** Looks again at what runs under a grant after the grant has changed. */
@Injectable()
export class StandingService {
  /** Cancels open assignments under a grant that would be denied now; the pod would find out only at its next claim. */
  async recheck(change: TransactionChange, grantId: string, by: Actor): Promise<void> {
    const now = new Date();
    const rows = await change.tx.$queryRaw<OpenRow[]>`
      select a."id" as "assignmentId", t."manifest", a."dataset", p."id" as "podId", p."name" as "podName", p."custodianId", u."id" as "userId", u."email",
        ${heldGrantsColumn(Prisma.sql`p."id"`, Prisma.sql`u."id"`)} as "grants"
      from "Assignment" a join "Task" t on t."id" = a."taskId" join "Pod" p on p."id" = a."podId" join "Account" u on u."id" = t."ownerId"
      where a."grantId" = ${grantId} and a."endedAt" is null`;
    for (const { assignmentId, manifest, dataset, grants, userId, email, ...pod } of rows) {
      const grant = applicableGrant(readHeldGrants(grants), dataset, now);
      const verdict = decide(courtesyFacts(storedManifest(manifest), { ...pod, grant }, { userId, email }, now));
      if (verdict.decision !== 'deny') continue;
      const code = isFaultCode(verdict.code) ? verdict.code : 'policy.denied';
      await change.assignments({ to: 'cancelled', where: Prisma.sql`a."id" = ${assignmentId}`, code, by });
    }
  }

  /**
   * The pods decide anew on what runs: the hub does not see what a task would let out under its parameters. A pod that permits it
   * again keeps what it has computed.
   */
  async decideAnew(change: TransactionChange, where: Prisma.Sql, by: Actor): Promise<void> {
    await change.assignments({ to: 'queued', where, by });
  }
}
