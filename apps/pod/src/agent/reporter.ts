import { toFault, type FaultCode } from '@podnet/errors';
import { isAway, type HubLink } from '../hub-link/hub-link.ts';
import type { LocalLog } from '../log/local-log.ts';
import type { Assignments } from '../store/assignments.ts';

export interface Reporter {
  /** Tells the hub how an assignment ended, if it does not know yet. What cannot be told now is told later. */
  deliver(assignmentId: string): Promise<void>;
  /** Tells everything that is still to be told. */
  deliverAll(): Promise<void>;
}

/** Refusals after which nobody wants the report any more. */
const final: ReadonlySet<FaultCode> = new Set(['lease.stale', 'task.cancelled', 'access.not-found', 'conflict.state', 'usage.invalid', 'usage.too-large']);

/** Store and forward: an answer is stored first, and sent until the hub has understood, word for word the same. */
export function makeReporter({ assignments, link, log }: { assignments: Assignments; link: () => HubLink; log: LocalLog }): Reporter {
  const sending = new Set<string>();

  async function send(assignmentId: string): Promise<void> {
    const row = assignments.find(assignmentId);
    if (!row?.report || row.isReported) return;
    const { outcome, code, verdict, result } = row.report;
    try {
      await link().call('pod:report', { assignmentId, epoch: row.epoch, state: outcome, code, verdict, result }, 60_000);
    } catch (error) {
      if (isAway(error)) return;
      const { code: refusal } = toFault(error);
      log.failure('report.refused', error, { assignmentId });
      // Somebody may have held the lease in between; if the assignment is still ours, the stored answer is as good as ever.
      if (refusal === 'lease.stale' && (await reclaim(assignmentId))) return send(assignmentId);
      if (!final.has(refusal)) return;
    }
    assignments.reported(assignmentId);
  }

  async function reclaim(assignmentId: string): Promise<boolean> {
    const { claimed } = await link().call('pod:claim', { assignmentId });
    if (claimed) assignments.claim(assignmentId, claimed.epoch);
    return claimed !== null;
  }

  async function deliver(assignmentId: string): Promise<void> {
    if (sending.has(assignmentId)) return;
    sending.add(assignmentId);
    try {
      await send(assignmentId);
    } catch (error) {
      log.failure('report.failed', error, { assignmentId });
    } finally {
      sending.delete(assignmentId);
    }
  }

  return {
    deliver,
    async deliverAll() {
      await Promise.all(assignments.unreported().map((row) => deliver(row.id)));
    },
  };
}
