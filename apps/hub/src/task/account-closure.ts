import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AccountsService } from '../identity/accounts.service.ts';
import { DevicesService } from '../identity/devices.service.ts';
import { Lifecycle } from './lifecycle.ts';
import { theHub } from './change.ts';
import { signerOf } from './manifest.ts';

/** Whoever is disabled has nothing running any more, and neither has a device that was revoked. */
@Injectable()
export class AccountClosure implements OnModuleInit {
  constructor(
    private readonly accounts: AccountsService,
    private readonly devices: DevicesService,
    private readonly lifecycle: Lifecycle,
  ) {}

  onModuleInit(): void {
    this.accounts.whenDisabled((tx, accountId) =>
      this.lifecycle.within(tx, async (change) => {
        const open = await tx.$queryRaw<{ id: string }[]>`select "id" from "Task" where "ownerId" = ${accountId} and "state" = 'open' order by "id" for no key update`;
        for (const { id } of open) await change.endTask({ taskId: id, to: 'cancelled', code: 'policy.no-access', by: theHub });
      }),
    );
    this.devices.whenRevoked((tx, { accountId, signingThumbprint }) =>
      this.lifecycle.within(tx, async (change) => {
        const open = await tx.$queryRaw<{ id: string; manifest: string }[]>`select "id", "manifest" from "Task" where "ownerId" = ${accountId} and "state" = 'open' order by "id" for no key update`;
        for (const { id, manifest } of open) {
          if (signerOf(manifest) === signingThumbprint) await change.endTask({ taskId: id, to: 'cancelled', code: 'task.cancelled', by: { actor: 'account', actorId: accountId } });
        }
      }),
    );
  }
}
