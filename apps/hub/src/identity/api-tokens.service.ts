import { Injectable } from '@nestjs/common';
import { limits, makeId } from '@podnet/contracts';
import { Fault } from '@podnet/errors';
import { AuditService } from '../audit/audit.service.ts';
import { Database } from '../database/database.ts';
import type { Caller } from '../http/caller.ts';
import { sessionOf } from './accounts.service.ts';
import { apiTokenPrefix } from './authenticator.ts';
import { apiTokenView, type ApiTokenView } from './rows.ts';
import { hashSecret, makeSecret } from './secret.ts';
import { SessionEndings } from './session-endings.ts';

const mostTokens = 50;

/** Long-lived tokens for machines; they can do what their account can, but not make themselves at home. */
@Injectable()
export class ApiTokensService {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
    private readonly endings: SessionEndings,
  ) {}

  async list(userId: string): Promise<ApiTokenView[]> {
    const rows = await this.database.client.apiToken.findMany({ where: { accountId: userId, revokedAt: null, expiresAt: { gt: new Date() } }, orderBy: { createdAt: 'asc' } });
    return rows.map(apiTokenView);
  }

  /** **Throws** `access.forbidden` without a session, `conflict.state` beyond the most tokens. */
  async add(caller: Caller, name: string, expiresInMs: number = limits.apiTokenMs): Promise<{ token: string; info: ApiTokenView }> {
    sessionOf(caller);
    const token = makeSecret(apiTokenPrefix);
    const id = makeId('apiToken');
    const expiresAt = new Date(Date.now() + expiresInMs);
    const row = await this.database.transaction(async (tx) => {
      await tx.$queryRaw`select id from "Account" where id = ${caller.userId} for update`;
      if ((await tx.apiToken.count({ where: { accountId: caller.userId, revokedAt: null, expiresAt: { gt: new Date() } } })) >= mostTokens) {
        throw new Fault('conflict.state', `An account may have ${mostTokens} API tokens.`);
      }
      await this.audit.record(tx, { actor: 'account', actorId: caller.userId, action: 'api-token.made', subject: id });
      return tx.apiToken.create({ data: { id, accountId: caller.userId, name, tokenHash: hashSecret(token), expiresAt } });
    });
    return { token, info: apiTokenView(row) };
  }

  /** **Throws** `access.not-found`. */
  async revoke(userId: string, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const { count } = await tx.apiToken.updateMany({ where: { id, accountId: userId, revokedAt: null }, data: { revokedAt: new Date() } });
      if (count === 0) throw new Fault('access.not-found', 'There is no such API token, or it is revoked already.');
      await this.audit.record(tx, { actor: 'account', actorId: userId, action: 'api-token.revoked', subject: id });
    });
    this.endings.announce({ userId, apiTokenId: id });
  }
}
