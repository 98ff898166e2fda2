import { Injectable } from '@nestjs/common';
import type { PublicKeys } from '@podnet/contracts';
import { Fault } from '@podnet/errors';
import { Database } from '../database/database.ts';
import { Prisma } from '../generated/prisma/client.ts';
import { Lifecycle } from '../task/lifecycle.ts';
import { TaskEvents } from '../task/task-events.ts';
import { plainFingerprint } from './join-code.ts';
import { isVisible, podNotFound, type Viewer } from './visibility.ts';

export interface CustodianOfPod {
  podId: string;
  podName: string;
  custodian: { id: string; name: string; email: string; devices: { name: string; keys: PublicKeys; fingerprint: string }[] };
}

/** What a custodian does with a pod of theirs. */
@Injectable()
export class CustodyService {
  constructor(
    private readonly database: Database,
    private readonly lifecycle: Lifecycle,
    private readonly events: TaskEvents,
  ) {}

  /**
   * Passes the pod's custodian, and admins where told so.
   * **Throws** `access.not-found` for who may not see the pod, `access.forbidden` for who only sees it.
   */
  async refuseOthers(podId: string, viewer: Viewer, { admins = false } = {}): Promise<void> {
    const [pod] = await this.database.client.$queryRaw<{ custodianId: string }[]>`select p."custodianId" from "Pod" p where p."id" = ${podId} and ${isVisible(viewer)}`;
    if (!pod) throw podNotFound();
    if (pod.custodianId === viewer.userId || (admins && viewer.admin)) return;
    throw new Fault('access.forbidden', admins ? 'Only the pod’s custodian or an admin may do this.' : 'Only the pod’s custodian may do this.');
  }

  /** What a pod pins when it joins: whom it belongs to. */
  async custodianOf(podId: string): Promise<CustodianOfPod> {
    const pod = await this.database.client.pod.findUniqueOrThrow({
      where: { id: podId },
      select: {
        name: true,
        custodian: { select: { id: true, name: true, email: true, devices: { where: { revokedAt: null }, orderBy: { id: 'asc' }, select: { name: true, signingKey: true, encryptionKey: true, fingerprint: true } } } },
      },
    });
    const { devices, ...custodian } = pod.custodian;
    return {
      podId,
      podName: pod.name,
      custodian: { ...custodian, devices: devices.map(({ name, signingKey, encryptionKey, fingerprint }) => ({ name, keys: { signing: signingKey, encryption: encryptionKey } as PublicKeys, fingerprint })) },
    };
  }

  /** **Throws** `enrolment.fingerprint-mismatch`, `conflict.state`; then nothing has changed. */
  async confirm(podId: string, shown: string, custodianId: string): Promise<void> {
    await this.lifecycle.change(async (change) => {
      const [pod] = await change.tx.$queryRaw<{ state: string; fingerprint: string | null }[]>`select "state", "fingerprint" from "Pod" where "id" = ${podId} for update`;
      if (!pod || pod.state !== 'awaiting-confirmation' || pod.fingerprint === null) throw new Fault('conflict.state', pod?.state === 'active' ? 'The pod is confirmed already.' : 'No pod has joined yet.');
      if (plainFingerprint(pod.fingerprint) !== plainFingerprint(shown)) {
        throw new Fault('enrolment.fingerprint-mismatch', 'The fingerprint is not that of the pod that joined.', { hint: 'Compare it with what the pod shows. If they differ, make a new join code: somebody else may have used this one.' });
      }
      await change.tx.pod.updateMany({ where: { id: podId }, data: { state: 'active', confirmedAt: new Date() } });
      change.note({ actor: 'account', actorId: custodianId, action: 'pod.confirmed', subject: podId });
    });
    this.events.emit('mailed', podId);
  }

  /** Takes a pod out: grants end, what is open is cancelled, the pod is told. Its name is free again, its keys are not. */
  async remove(podId: string, by: string): Promise<void> {
    await this.lifecycle.change(async (change) => {
      const { count } = await change.tx.pod.updateMany({ where: { id: podId, state: { not: 'removed' } }, data: { state: 'removed', removedAt: new Date() } });
      if (count === 0) throw podNotFound();
      const actor = { actor: 'account', actorId: by } as const;
      const now = new Date();
      await change.tx.joinCode.updateMany({ where: { podId, usedAt: null }, data: { usedAt: now } });
      await change.tx.grant.updateMany({ where: { podId, revokedAt: null }, data: { revokedAt: now, revokedBy: by, revision: { increment: 1 } } });
      await change.assignments({ to: 'cancelled', where: Prisma.sql`a."podId" = ${podId}`, code: 'task.pod-lost', by: actor });
      change.post({ podId, kind: 'removed', body: {} });
      change.note({ ...actor, action: 'pod.removed', subject: podId });
    });
    this.events.emit('podRemoved', podId);
  }
}
