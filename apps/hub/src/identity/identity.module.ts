import { Global, Module } from '@nestjs/common';
import { AccountsController } from './accounts.controller.ts';
import { AccountsService } from './accounts.service.ts';
import { ApiTokensService } from './api-tokens.service.ts';
import { Authenticator } from './authenticator.ts';
import { DevicesService } from './devices.service.ts';
import { InvitationsService } from './invitations.service.ts';
import { SessionEndings } from './session-endings.ts';
import { SessionsController } from './sessions.controller.ts';
import { SessionsService } from './sessions.service.ts';
import { SetupService } from './setup.service.ts';

/** Global: the guard and the gateways ask it who calls. */
@Global()
@Module({
  controllers: [SessionsController, AccountsController],
  providers: [AccountsService, ApiTokensService, Authenticator, DevicesService, InvitationsService, SessionEndings, SessionsService, SetupService],
  exports: [AccountsService, Authenticator, DevicesService, SessionEndings, SetupService],
})
export class IdentityModule {}
