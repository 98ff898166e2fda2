import { Injectable } from '@nestjs/common';
import { limits, makeId } from '@podnet/contracts';
import { fingerprint, thumbprint, type PublicKeys } from '@podnet/envelope';
import { Fault } from '@podnet/errors';
import { AuditService } from '../audit/audit.service.ts';
import { Database, type Transaction } from '../database/database.ts';
import { isDuplicate } from '../database/fault.ts';
import { Prisma } from '../generated/prisma/client.ts';
import { hashSecret } from '../identity/secret.ts';
import { HubKeys } from '../keys/hub-keys.ts';
import { makeJoinCode } from './join-code.ts';
import { readJoinProof } from './join-proof.ts';

const codeInvalid = (): Fault => new Fault('enrolment.code-invalid', 'The join code is wrong, used or expired.', { hint: 'Ask the pod’s custodian for a new one.' });

interface JoinCodeRow {
  id: string;
  podId: string;
  usedAt: Date | null;
  expiresAt: Date;
}

/** How a pod comes to the hub: a join code for its machine, and the pod's own keys in exchange. */
@Injectable()
export class EnrolmentService {
  /** Wrong proofs for a code that is right, by its id. A code is good for minutes, so nothing is lost with the process. */
  private readonly tries = new Map<string, number>();

  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
    private readonly hubKeys: HubKeys,
  ) {}

  /** A pod that has not joined yet, in the care of whoever registers it. **Throws** `conflict.exists`. */
  async register(name: string, custodianId: string): Promise<{ podId: string; joinCode: string; expiresAt: Date }> {
    const podId = makeId('pod');
    try {
      return await this.database.transaction(async (tx) => {
        await tx.pod.createMany({ data: [{ id: podId, name, custodianId, state: 'awaiting-join' }] });
        await this.audit.record(tx, { actor: 'account', actorId: custodianId, action: 'pod.registered', subject: podId });
        return { podId, ...(await this.newCode(tx, podId)) };
      });
    } catch (error) {
      if (isDuplicate(error)) throw new Fault('conflict.exists', 'This name is taken.', { at: 'name', hint: 'Choose another one.' });
      throw error;
    }
  }

  /**
   * A new code for a pod that its custodian has not confirmed; what joined with the old one is forgotten.
   * **Throws** `conflict.state`.
   */
  async renewCode(podId: string, custodianId: string): Promise<{ joinCode: string; expiresAt: Date }> {
    return this.database.transaction(async (tx) => {
      const none = { signingKey: Prisma.DbNull, encryptionKey: Prisma.DbNull, signingThumbprint: null, encryptionThumbprint: null, fingerprint: null, version: null };
      const { count } = await tx.pod.updateMany({ where: { id: podId, state: { in: ['awaiting-join', 'awaiting-confirmation'] } }, data: { ...none, state: 'awaiting-join' } });
      if (count === 0) throw new Fault('conflict.state', 'The pod has joined already.');
      await tx.joinCode.updateMany({ where: { podId, usedAt: null }, data: { usedAt: new Date() } });
      await this.audit.record(tx, { actor: 'account', actorId: custodianId, action: 'pod.join-code-renewed', subject: podId });
      return this.newCode(tx, podId);
    });
  }

  private async newCode(tx: Transaction, podId: string): Promise<{ joinCode: string; expiresAt: Date }> {
    const joinCode = makeJoinCode();
    const expiresAt = new Date(Date.now() + limits.joinCodeMs);
    await tx.joinCode.createMany({ data: [{ id: makeId('joinCode'), podId, codeHash: hashSecret(joinCode), expiresAt }] });
    return { joinCode, expiresAt };
  }

  /**
   * A pod presents a join code and its keys; the custodian's confirmation is still to come. A wrong code costs the same work
   * and gives the same answer as one that is used or expired.
   * **Throws** `enrolment.code-invalid`, `envelope.*`, `conflict.exists` for keys that somebody has.
   */
  async join(joinCode: string, proof: string): Promise<string> {
    const codeHash = hashSecret(joinCode);
    const row = await this.database.client.joinCode.findUnique({ where: { codeHash }, select: { id: true, podId: true, usedAt: true, expiresAt: true } });
    const { keys, version } = await readJoinProof(proof, codeHash, Date.now()).catch(async (error: unknown) => {
      if (row) await this.countWrongTry(row);
      throw error;
    });
    if (!row || row.usedAt || row.expiresAt.getTime() <= Date.now()) throw codeInvalid();
    try {
      await this.database.transaction((tx) => this.admit(tx, row, keys, version));
    } catch (error) {
      if (isDuplicate(error)) throw keysTaken();
      throw error;
    }
    this.tries.delete(row.id);
    return row.podId;
  }

  private async admit(tx: Transaction, { id, podId }: JoinCodeRow, keys: PublicKeys, version: string): Promise<void> {
    const now = new Date();
    const used = await tx.joinCode.updateMany({ where: { id, usedAt: null, expiresAt: { gt: now } }, data: { usedAt: now } });
    if (used.count === 0) throw codeInvalid();
    const [signingThumbprint, encryptionThumbprint] = [await thumbprint(keys.signing), await thumbprint(keys.encryption)];
    const devices = await tx.device.count({ where: { OR: [{ signingThumbprint }, { encryptionThumbprint }] } });
    if (devices > 0 || signingThumbprint === this.hubKeys.fingerprint) throw keysTaken();
    const { count } = await tx.pod.updateMany({
      where: { id: podId, state: 'awaiting-join' },
      data: { state: 'awaiting-confirmation', signingKey: { ...keys.signing }, encryptionKey: { ...keys.encryption }, signingThumbprint, encryptionThumbprint, fingerprint: await fingerprint(keys), version },
    });
    if (count === 0) throw codeInvalid();
    await this.audit.record(tx, { actor: 'pod', actorId: podId, action: 'pod.joined', subject: podId, detail: { signingThumbprint, encryptionThumbprint } });
  }

  /** Whoever knows a code and cannot prove to hold a key has a few tries only. */
  private async countWrongTry({ id, podId }: JoinCodeRow): Promise<void> {
    const tries = (this.tries.get(id) ?? 0) + 1;
    this.tries.set(id, tries);
    if (tries < limits.joinCodeTries) return;
    this.tries.delete(id);
    await this.database.transaction(async (tx) => {
      const { count } = await tx.joinCode.updateMany({ where: { id, usedAt: null }, data: { usedAt: new Date() } });
      if (count > 0) await this.audit.record(tx, { actor: 'hub', actorId: 'hub', action: 'pod.join-code-burnt', subject: podId });
    });
  }
}

/** Whose keys they are is not said. */
const keysTaken = (): Fault => new Fault('conflict.exists', 'These keys are in use already.', { hint: 'A pod makes new keys for every enrolment; empty its key folder and join again.' });
