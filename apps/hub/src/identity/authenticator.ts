import { Injectable } from '@nestjs/common';
import { accessToken, typ } from '@podnet/contracts';
import { Fault } from '@podnet/errors';
import { Database } from '../database/database.ts';
import type { Caller } from '../http/caller.ts';
import { HubKeys } from '../keys/hub-keys.ts';
import { hashSecret } from './secret.ts';

export const apiTokenPrefix = 'pnt';
/** `lastUsedAt` is for people; it need not be exact. */
const lastUsedMs = 60_000;

/** Establishes who calls, for REST and sockets alike. What the database says now is what counts, not what a token says. */
@Injectable()
export class Authenticator {
  constructor(
    private readonly database: Database,
    private readonly keys: HubKeys,
  ) {}

  /** **Throws** `auth.invalid`, `auth.expired`. */
  authenticate(token: string): Promise<Caller> {
    return token.startsWith(`${apiTokenPrefix}_`) ? this.byApiToken(token) : this.bySession(token);
  }

  private async bySession(token: string): Promise<Caller> {
    const claims = accessToken.safeParse(await this.keys.open(typ.access, token).catch(() => undefined));
    if (!claims.success || claims.data.hub !== this.keys.name) throw new Fault('auth.invalid');
    const { sessionId, userId, expiresAt } = claims.data;
    if (expiresAt <= Date.now()) throw new Fault('auth.expired', 'The access token has expired.', { hint: 'Refresh it or sign in again.' });
    const session = await this.database.client.session.findUnique({ where: { id: sessionId }, select: { accountId: true, revokedAt: true, expiresAt: true, account: { select: { isAdmin: true, disabledAt: true } } } });
    if (!session || session.accountId !== userId || session.revokedAt || session.expiresAt.getTime() <= Date.now() || session.account.disabledAt) {
      throw new Fault('auth.expired', 'The session has ended.', { hint: 'Sign in again.' });
    }
    return { userId, sessionId, apiTokenId: null, admin: session.account.isAdmin, via: 'session' };
  }

  private async byApiToken(token: string): Promise<Caller> {
    const now = new Date();
    const row = await this.database.client.apiToken.findUnique({ where: { tokenHash: hashSecret(token) }, select: { id: true, accountId: true, revokedAt: true, expiresAt: true, lastUsedAt: true, account: { select: { isAdmin: true, disabledAt: true } } } });
    if (!row || row.revokedAt || row.account.disabledAt) throw new Fault('auth.invalid');
    if (row.expiresAt <= now) throw new Fault('auth.expired', 'The API token has expired.');
    if (!row.lastUsedAt || now.getTime() - row.lastUsedAt.getTime() > lastUsedMs) {
      await this.database.client.apiToken.update({ where: { id: row.id }, data: { lastUsedAt: now }, select: { id: true } });
    }
    return { userId: row.accountId, sessionId: null, apiTokenId: row.id, admin: row.account.isAdmin, via: 'api-token' };
  }
}
