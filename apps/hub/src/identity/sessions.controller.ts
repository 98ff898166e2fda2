import { Controller } from '@nestjs/common';
import { routes } from '@podnet/contracts';
import { Handles, type Answer, type Input } from '../http/route.ts';
import { sessionOf } from './accounts.service.ts';
import { InvitationsService } from './invitations.service.ts';
import { SessionsService } from './sessions.service.ts';
import { SetupService } from './setup.service.ts';

/** The ways in and out. */
@Controller()
export class SessionsController {
  constructor(
    private readonly setup: SetupService,
    private readonly sessions: SessionsService,
    private readonly invitations: InvitationsService,
  ) {}

  @Handles(routes.setUp)
  setUp({ body }: Input<typeof routes.setUp>): Promise<Answer<typeof routes.setUp>> {
    return this.setup.setUp(body);
  }

  @Handles(routes.signIn)
  signIn({ body }: Input<typeof routes.signIn>): Promise<Answer<typeof routes.signIn>> {
    return this.sessions.signIn(body);
  }

  @Handles(routes.refresh)
  refresh({ body }: Input<typeof routes.refresh>): Promise<Answer<typeof routes.refresh>> {
    return this.sessions.refresh(body.refreshToken);
  }

  @Handles(routes.signOut)
  signOut({ caller }: Input<typeof routes.signOut>): Promise<void> {
    return this.sessions.end(caller.userId, sessionOf(caller), 'signed-out');
  }

  @Handles(routes.signOutEverywhere)
  signOutEverywhere({ caller }: Input<typeof routes.signOutEverywhere>): Promise<void> {
    return this.sessions.signOutEverywhere(caller.userId);
  }

  @Handles(routes.invite)
  invite({ caller, body }: Input<typeof routes.invite>): Promise<Answer<typeof routes.invite>> {
    return this.invitations.invite(caller, body);
  }

  @Handles(routes.acceptInvitation)
  accept({ body }: Input<typeof routes.acceptInvitation>): Promise<Answer<typeof routes.acceptInvitation>> {
    return this.invitations.accept(body);
  }
}
