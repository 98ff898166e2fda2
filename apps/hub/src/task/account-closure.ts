import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AccountsService } from '../identity/accounts.service.ts';
import { Lifecycle } from './lifecycle.ts';
import { theHub } from './change.ts';

/** Whoever is disabled has nothing running any more. */
@Injectable()
export class AccountClosure implements OnModuleInit {
  constructor(
    private readonly accounts: AccountsService,
    private readonly lifecycle: Lifecycle,
  ) {}

  onModuleInit(): void {
    this.accounts.whenDisabled((tx, accountId) =>
      this.lifecycle.within(tx, async (change) => {
        const open = await tx.$queryRaw<{ id: string }[]>`select "id" from "Task" where "ownerId" = ${accountId} and "state" = 'open' order by "id" for no key update`;
        for (const { id } of open) await change.endTask({ taskId: id, to: 'cancelled', code: 'policy.no-access', by: theHub });
      }),
    );
  }
}
