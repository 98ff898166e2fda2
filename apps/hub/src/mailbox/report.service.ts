import { Injectable } from '@nestjs/common';
import { isAssignmentOver, limits, type AssignmentState } from '@podnet/contracts';
import { Fault, isFaultCode } from '@podnet/errors';
import { Database } from '../database/database.ts';
import { Prisma } from '../generated/prisma/client.ts';
import { Lifecycle } from '../task/lifecycle.ts';
import { leaseFromNow, type Lease } from './lease.service.ts';

export interface FinalReport extends Lease {
  state: 'done' | 'denied' | 'failed' | 'parked';
  code: string | null;
  verdict: string | null;
  result: Uint8Array | null;
}

interface Standing {
  epoch: number;
  state: AssignmentState;
  sameResult: boolean;
}

/** What pods say about their assignments; only whoever holds the current epoch is believed. */
@Injectable()
export class ReportService {
  constructor(
    private readonly database: Database,
    private readonly lifecycle: Lifecycle,
  ) {}

  /** **Throws** `lease.stale`, `task.cancelled`. */
  async running(podId: string, { assignmentId, epoch }: Lease, verdict: string): Promise<void> {
    const moved = await this.lifecycle.move({
      to: 'running',
      where: Prisma.sql`${held(podId, { assignmentId, epoch })} and t."state" = 'open'`,
      by: { actor: 'pod', actorId: podId },
      set: [Prisma.sql`"verdict" = ${verdict}`, Prisma.sql`"leaseUntil" = ${leaseFromNow}`],
    });
    if (moved.length > 0) return;
    // The task has failed while the pod was deciding: its verdict is kept, and it stops.
    await this.lifecycle.move({ to: 'cancelled', where: Prisma.sql`${held(podId, { assignmentId, epoch })} and t."state" <> 'open'`, by: { actor: 'pod', actorId: podId }, code: 'task.cancelled', set: [Prisma.sql`"verdict" = ${verdict}`] });
    const now = await this.standing(podId, assignmentId, null);
    // A quick pod reports the end while this is still under way.
    if (now.epoch === epoch && isAssignmentOver(now.state) && now.state !== 'cancelled' && now.state !== 'lost') return;
    throw refusal(now);
  }

  /** The end of an assignment. Repeating it is harmless. **Throws** `usage.invalid`, `lease.stale`, `task.cancelled`, `conflict.state`. */
  async end(podId: string, { assignmentId, epoch, state, code, verdict, result }: FinalReport): Promise<void> {
    refuseUnfitting(state, result);
    const moved = await this.lifecycle.move({
      to: state,
      where: held(podId, { assignmentId, epoch }),
      by: { actor: 'pod', actorId: podId },
      code: isFaultCode(code) ? code : null,
      set: [...(verdict === null ? [] : [Prisma.sql`"verdict" = ${verdict}`]), ...(result === null ? [] : [Prisma.sql`"result" = ${new Uint8Array(result)}`])],
    });
    if (moved.length > 0) return;
    const now = await this.standing(podId, assignmentId, result);
    if (now.epoch !== epoch || now.state !== state) throw refusal(now);
    if (!now.sameResult) throw new Fault('conflict.state', 'Another result was reported before; the first one stays.');
  }

  private async standing(podId: string, assignmentId: string, result: Uint8Array | null): Promise<Standing> {
    const [row] = await this.database.client.$queryRaw<Standing[]>`
      select a."epoch", a."state", a."result" is not distinct from ${result === null ? null : new Uint8Array(result)}::bytea as "sameResult"
      from "Assignment" a where a."id" = ${assignmentId} and a."podId" = ${podId}`;
    if (!row) throw new Fault('access.not-found', 'This pod has no such assignment.');
    return row;
  }
}

const held = (podId: string, { assignmentId, epoch }: Lease): Prisma.Sql =>
  Prisma.sql`a."id" = ${assignmentId} and a."podId" = ${podId} and a."epoch" = ${epoch} and a."state" in ('leased', 'running')`;

const refusal = ({ state }: Standing): Fault =>
  state === 'cancelled' ? new Fault('task.cancelled', 'The assignment was cancelled.') : new Fault('lease.stale', 'The lease has ended or passed to a later epoch.', { hint: 'Claim the assignment again.' });

function refuseUnfitting(state: FinalReport['state'], result: Uint8Array | null): void {
  if ((state === 'done') !== (result !== null)) throw new Fault('usage.invalid', 'A result comes with done, and with nothing else.', { at: 'result' });
  if (result && result.byteLength > limits.resultBytes) throw new Fault('usage.too-large', `A result may have ${limits.resultBytes / 1_048_576} MiB at most.`, { at: 'result' });
}
