import { Controller } from '@nestjs/common';
import { routes } from '@podnet/contracts';
import { Handles, type Answer, type Input } from '../http/route.ts';
import { AccountsService, sessionOf } from './accounts.service.ts';
import { ApiTokensService } from './api-tokens.service.ts';
import { DevicesService } from './devices.service.ts';

/** Accounts, and what belongs to the caller's own. */
@Controller()
export class AccountsController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly devices: DevicesService,
    private readonly tokens: ApiTokensService,
  ) {}

  @Handles(routes.me)
  me({ caller }: Input<typeof routes.me>): Promise<Answer<typeof routes.me>> {
    return this.accounts.show(caller.userId);
  }

  @Handles(routes.changePassword)
  changePassword({ caller, body }: Input<typeof routes.changePassword>): Promise<void> {
    return this.accounts.changePassword(caller, body);
  }

  @Handles(routes.listAccounts)
  async list(): Promise<Answer<typeof routes.listAccounts>> {
    return { accounts: await this.accounts.list() };
  }

  @Handles(routes.disableAccount)
  disable({ caller, params }: Input<typeof routes.disableAccount>): Promise<void> {
    return this.accounts.disable(caller, params.id);
  }

  @Handles(routes.findAccount)
  find({ caller, query }: Input<typeof routes.findAccount>): Promise<Answer<typeof routes.findAccount>> {
    return this.accounts.findByEmail(caller, query.email);
  }

  @Handles(routes.listDevices)
  async listDevices({ caller }: Input<typeof routes.listDevices>): Promise<Answer<typeof routes.listDevices>> {
    return { devices: await this.devices.list(caller.userId) };
  }

  @Handles(routes.addDevice)
  addDevice({ caller, body }: Input<typeof routes.addDevice>): Promise<Answer<typeof routes.addDevice>> {
    // A token that leaked must not become the right to sign.
    sessionOf(caller);
    return this.devices.add(caller.userId, body.name, body.keys);
  }

  @Handles(routes.revokeDevice)
  revokeDevice({ caller, params }: Input<typeof routes.revokeDevice>): Promise<void> {
    return this.devices.revoke(caller.userId, params.id);
  }

  @Handles(routes.listApiTokens)
  async listApiTokens({ caller }: Input<typeof routes.listApiTokens>): Promise<Answer<typeof routes.listApiTokens>> {
    return { tokens: await this.tokens.list(caller.userId) };
  }

  @Handles(routes.addApiToken)
  addApiToken({ caller, body }: Input<typeof routes.addApiToken>): Promise<Answer<typeof routes.addApiToken>> {
    return this.tokens.add(caller, body.name, body.expiresInMs);
  }

  @Handles(routes.revokeApiToken)
  revokeApiToken({ caller, params }: Input<typeof routes.revokeApiToken>): Promise<void> {
    return this.tokens.revoke(caller.userId, params.id);
  }
}
