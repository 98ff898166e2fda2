import { Injectable } from '@nestjs/common';
import { limits, makeId, type TaskManifest, type TaskProgress } from '@podnet/contracts';
import { canonicalJson, sha256Base64url, type PublicJwk } from '@podnet/envelope';
import { Fault } from '@podnet/errors';
import { Database } from '../database/database.ts';
import { isDuplicate } from '../database/fault.ts';
import type { Viewer } from '../pod/visibility.ts';
import { AddresseesService, denial, type Addressee } from './addressees.service.ts';
import type { TransactionChange } from './change.ts';
import { elementText } from './courtesy.ts';
import { Lifecycle } from './lifecycle.ts';
import { readManifest, type SealedTask, type SigningDevice } from './manifest.ts';
import { ProgressService } from './progress.service.ts';

export interface SubmittedTask extends SealedTask {
  checkpoint?: string | undefined;
  courtesy: 'refuse' | 'forward';
}

/** Takes tasks in: verified, decided out of courtesy, and written with everything that follows from them, or not at all. */
@Injectable()
export class SubmissionService {
  constructor(
    private readonly database: Database,
    private readonly lifecycle: Lifecycle,
    private readonly addressees: AddresseesService,
    private readonly progress: ProgressService,
  ) {}

  /**
   * Answers after the commit; the same key and request answer the same task.
   * **Throws** `envelope.*`, `usage.invalid`, `access.not-found`, `dataset.unknown`, the code of a verdict with all verdicts,
   * `usage.rate-limited`, `conflict.exists`.
   */
  async submit(viewer: Viewer, idempotencyKey: string, task: SubmittedTask): Promise<TaskProgress> {
    const { manifest: jws, payloads, checkpoint = null, courtesy } = task;
    const requestHash = await sha256Base64url(canonicalJson({ jws, payloads, checkpoint, courtesy }));
    const reading = readManifest(task, viewer.userId, (kid) => this.deviceOf(viewer.userId, kid), Date.now());
    // A task that is in already is answered, even when its manifest has grown too old meanwhile.
    const [before] = await Promise.all([this.earlier(viewer.userId, idempotencyKey, requestHash), reading.catch(() => undefined)]);
    if (before) return before;
    const manifest = await reading;
    try {
      return await this.lifecycle.change((change) => this.write(change, viewer, { manifest, task, idempotencyKey, requestHash }));
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      // The same request got in first, or the same manifest came under another key.
      const winner = await this.earlier(viewer.userId, idempotencyKey, requestHash);
      if (winner) return winner;
      throw new Fault('envelope.replayed', 'This task has been submitted before.', { at: 'manifest.taskId' });
    }
  }

  private async earlier(ownerId: string, idempotencyKey: string, requestHash: string): Promise<TaskProgress | undefined> {
    const row = await this.database.client.task.findUnique({ where: { ownerId_idempotencyKey: { ownerId, idempotencyKey } }, select: { id: true, requestHash: true } });
    if (!row) return undefined;
    if (row.requestHash !== requestHash) throw new Fault('conflict.exists', 'This idempotency key was used for another request.', { at: 'idempotency-key' });
    return this.progress.ofOwner(row.id, ownerId);
  }

  /** A device of the account by its key; revoked ones sign nothing. */
  async deviceOf(accountId: string, kid: string): Promise<SigningDevice | undefined> {
    const row = await this.database.client.device.findUnique({ where: { signingThumbprint: kid }, select: { accountId: true, revokedAt: true, signingKey: true, encryptionThumbprint: true } });
    return row && row.accountId === accountId && !row.revokedAt ? { signing: row.signingKey as unknown as PublicJwk, encryptionThumbprint: row.encryptionThumbprint } : undefined;
  }

  private async write(change: TransactionChange, viewer: Viewer, { manifest, task, idempotencyKey, requestHash }: { manifest: TaskManifest; task: SubmittedTask; idempotencyKey: string; requestHash: string }): Promise<TaskProgress> {
    const { tx } = change;
    const now = new Date();
    const asker = await this.lockedAsker(change, viewer.userId);
    const addressees = await this.addressees.find(tx, manifest, viewer, now);
    const verdict = this.addressees.decide(manifest, addressees, asker, now);
    if (verdict.decision === 'deny' && task.courtesy === 'refuse') throw denial(verdict);

    const { taskId, protocol, algorithm, model, limits: terms } = manifest;
    const row = { state: 'open', code: null, protocol: elementText(protocol), algorithm: elementText(algorithm), model: model && elementText(model), minPods: terms.minPods, onPodLoss: terms.onPodLoss, deadlineAt: new Date(terms.deadlineAt), createdAt: now } as const;
    const checkpoint = task.checkpoint === undefined ? null : new TextEncoder().encode(task.checkpoint);
    const payloads = new Map(task.payloads.map(({ podId, payload }) => [podId, payload]));
    const assignments = addressees.map((addressee) => ({ ...assignmentOf(addressee, viewer), payload: payloads.get(addressee.podId)! }));
    const detail = { protocol: row.protocol, algorithm: row.algorithm, model: row.model, pods: addressees.map((pod) => pod.podId), expected: verdict.code };
    await tx.$executeRaw`
      with task as (
        insert into "Task" ("id", "ownerId", "idempotencyKey", "requestHash", "manifest", "protocol", "algorithm", "model", "state", "minPods", "onPodLoss", "deadlineAt", "createdAt", "checkpoint", "checkpointAt")
        values (${taskId}, ${viewer.userId}, ${idempotencyKey}, ${requestHash}, ${task.manifest}, ${row.protocol}, ${row.algorithm}, ${row.model}, 'open', ${row.minPods}, ${row.onPodLoss}, ${row.deadlineAt}, ${now}, ${checkpoint}, ${checkpoint && now})
        returning "id"
      ), assignment as (
        insert into "Assignment" ("id", "taskId", "podId", "dataset", "grantId", "payload", "state", "createdAt")
        select n."id", task."id", n."podId", n."dataset", n."grantId", n."payload", 'queued', ${now} from task, jsonb_to_recordset(${JSON.stringify(assignments)}::jsonb)
          as n("id" text, "podId" text, "dataset" text, "grantId" text, "payload" text)
        returning "id", "podId"
      ), noted as (
        insert into "AuditEntry" ("actor", "actorId", "action", "subject", "detail") select 'account', ${viewer.userId}, 'task.submitted', "id", ${JSON.stringify(detail)}::jsonb from task
      )
      insert into "Mail" ("podId", "kind", "body") select "podId", 'assignment', jsonb_build_object('assignmentId', "id") from assignment`;
    change.created(taskId, assignments.map((assignment) => assignment.podId));
    const names = new Map(addressees.map((addressee) => [addressee.podId, addressee.podName]));
    return this.progress.present({
      ...row,
      taskId,
      endedAt: null,
      hasCheckpoint: checkpoint !== null,
      assignments: assignments
        .map(({ id, podId, dataset }) => ({ assignmentId: id, podId, podName: names.get(podId)!, dataset, state: 'queued' as const, code: null, epoch: 0, verdict: null, hasResult: false, reviewUntil: null }))
        .toSorted((a, b) => (a.podId < b.podId ? -1 : 1)),
    });
  }

  /** Locks the account, so that its tasks are counted one after another and none slips in while it is disabled. */
  private async lockedAsker({ tx }: TransactionChange, userId: string): Promise<{ userId: string; email: string }> {
    const [account] = await tx.$queryRaw<{ email: string; disabledAt: Date | null }[]>`select "email", "disabledAt" from "Account" where "id" = ${userId} for no key update`;
    if (!account || account.disabledAt) throw new Fault('auth.expired', 'The session has ended.');
    const [count] = await tx.$queryRaw<{ open: number }[]>`select count(*)::int as "open" from "Task" where "ownerId" = ${userId} and "state" = 'open'`;
    const open = count?.open ?? 0;
    if (open >= limits.openTasksPerAccount) {
      throw new Fault('usage.rate-limited', `You have ${open} open tasks; no more than ${limits.openTasksPerAccount} at a time.`, { hint: 'Wait for one to end, or cancel one.', retryAfter: 10 });
    }
    return { userId, email: account.email };
  }
}

const assignmentOf = ({ podId, dataset, grant, custodianId }: Addressee, { userId }: Viewer) => ({
  id: makeId('assignment'),
  podId,
  dataset,
  grantId: custodianId === userId ? null : (grant?.id ?? null),
});
