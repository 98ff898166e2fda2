import { Injectable } from '@nestjs/common';
import { makeId } from '@podnet/contracts';
import { fingerprint, parsePublicKeys, thumbprint } from '@podnet/envelope';
import { Fault } from '@podnet/errors';
import { AuditService } from '../audit/audit.service.ts';
import { Database, type Transaction } from '../database/database.ts';
import { isDuplicate } from '../database/fault.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import { deviceView, type DeviceView } from './rows.ts';

const mostDevices = 20;

/** Work of another room when a device is revoked, in the same transaction. What it returns runs after the commit. */
export type RevokeStep = (tx: Transaction, device: { accountId: string; signingThumbprint: string }) => Promise<() => void>;

/** Devices of an account: the public halves of the keys it signs tasks with and is sealed results to. */
@Injectable()
export class DevicesService {
  private readonly revokeSteps: RevokeStep[] = [];

  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
  ) {}

  /** Rooms that go on with something that a device has signed end it here. */
  whenRevoked(step: RevokeStep): void {
    this.revokeSteps.push(step);
  }

  async list(userId: string): Promise<DeviceView[]> {
    return (await this.database.client.device.findMany({ where: { accountId: userId }, orderBy: { createdAt: 'asc' } })).map(deviceView);
  }

  /** **Throws** `usage.invalid` for unusable keys, `conflict.exists` for keys in use anywhere, `conflict.state` beyond the most devices. */
  async add(userId: string, name: string, given: unknown): Promise<DeviceView> {
    const keys = parsePublicKeys(given);
    const [signingThumbprint, encryptionThumbprint, print] = await Promise.all([thumbprint(keys.signing), thumbprint(keys.encryption), fingerprint(keys)]);
    const id = makeId('device');
    try {
      const row = await this.database.transaction(async (tx) => {
        await tx.$queryRaw`select id from "Account" where id = ${userId} for update`;
        if ((await tx.device.count({ where: { accountId: userId, revokedAt: null } })) >= mostDevices) {
          throw new Fault('conflict.state', `An account may have ${mostDevices} devices.`, { hint: 'Revoke one that is not used any more.' });
        }
        if (await tx.pod.findFirst({ where: { OR: [{ signingThumbprint }, { encryptionThumbprint }] }, select: { id: true } })) throw inUse();
        await this.audit.record(tx, { actor: 'account', actorId: userId, action: 'device.added', subject: id, detail: { fingerprint: print } });
        return tx.device.create({
          data: { id, accountId: userId, name, signingKey: json(keys.signing), encryptionKey: json(keys.encryption), signingThumbprint, encryptionThumbprint, fingerprint: print },
        });
      });
      return deviceView(row);
    } catch (error) {
      throw isDuplicate(error) ? inUse() : error;
    }
  }

  /** What it has signed stops; its keys cannot be registered again. **Throws** `access.not-found`. */
  async revoke(userId: string, id: string): Promise<void> {
    const afterwards = await this.database.transaction(async (tx) => {
      const { count } = await tx.device.updateMany({ where: { id, accountId: userId, revokedAt: null }, data: { revokedAt: new Date() } });
      if (count === 0) throw new Fault('access.not-found', 'There is no such device, or it is revoked already.');
      await this.audit.record(tx, { actor: 'account', actorId: userId, action: 'device.revoked', subject: id });
      const { signingThumbprint } = await tx.device.findUniqueOrThrow({ where: { id }, select: { signingThumbprint: true } });
      const steps: (() => void)[] = [];
      for (const step of this.revokeSteps) steps.push(await step(tx, { accountId: userId, signingThumbprint }));
      return steps;
    });
    for (const after of afterwards) after();
  }
}

const json = (key: object): Prisma.InputJsonObject => ({ ...key }) as Prisma.InputJsonObject;
/** The same words whoever has them. */
const inUse = (): Fault => new Fault('conflict.exists', 'These keys cannot be registered: they are in use, or were.', { at: 'keys', hint: 'Make new keys.' });
