import { Injectable } from '@nestjs/common';
import { limits, makeId, typ } from '@podnet/contracts';
import { Fault } from '@podnet/errors';
import { AuditService } from '../audit/audit.service.ts';
import { Database, type Transaction } from '../database/database.ts';
import { HubKeys } from '../keys/hub-keys.ts';
import { checkPassword } from './passwords.ts';
import { compareRefreshToken, makeRefreshToken, readRefreshToken, refreshHash, writeRefreshToken, type RefreshToken } from './refresh-token.ts';
import { accountColumns, accountView, type AccountView, type SignedIn } from './rows.ts';
import { SessionEndings } from './session-endings.ts';

/** Sign-ins that one account can have at once; the oldest ends. */
const mostSessions = 50;

/** Sessions: begun by a password, carried on by a refresh token that rotates, over at once when they end. */
@Injectable()
export class SessionsService {
  constructor(
    private readonly database: Database,
    private readonly keys: HubKeys,
    private readonly audit: AuditService,
    private readonly endings: SessionEndings,
  ) {}

  /** **Throws** `auth.invalid`: the same for a wrong password, an unknown address and a disabled account, in the same time. */
  async signIn({ email, password }: { email: string; password: string }): Promise<SignedIn> {
    const found = await this.database.client.account.findUnique({ where: { email }, select: { ...accountColumns, passwordHash: true } });
    const right = await checkPassword(found?.passwordHash, password);
    if (!found || !right || found.disabledAt) {
      await this.database.transaction((tx) => this.audit.record(tx, { actor: 'hub', actorId: this.keys.name, action: 'session.refused', subject: found?.id ?? 'unknown' }));
      throw new Fault('auth.invalid', 'The e-mail address or the password is wrong.');
    }
    return this.database.transaction((tx) => this.begin(tx, accountView(found)));
  }

  /** Begins a session for somebody who has proved who they are. */
  async begin(tx: Transaction, account: AccountView): Promise<SignedIn> {
    // Locked, so that an account that is being disabled gains no session.
    const [live] = await tx.$queryRaw<{ id: string }[]>`select id from "Account" where id = ${account.id} and "disabledAt" is null for update`;
    if (!live) throw new Fault('auth.invalid');
    const surplus = await tx.session.findMany({ where: { accountId: account.id, revokedAt: null, expiresAt: { gt: new Date() } }, orderBy: { createdAt: 'desc' }, skip: mostSessions - 1, select: { id: true } });
    await tx.session.updateMany({ where: { id: { in: surplus.map(({ id }) => id) } }, data: { revokedAt: new Date() } });
    const forgotten = { lt: new Date(Date.now() - limits.refreshTokenMs) };
    await tx.session.deleteMany({ where: { accountId: account.id, OR: [{ expiresAt: forgotten }, { revokedAt: forgotten }] } });
    const token = makeRefreshToken(makeId('session'));
    await tx.session.create({ data: { id: token.sessionId, accountId: account.id, refreshHash: refreshHash(token), expiresAt: refreshExpiry() } });
    await this.audit.record(tx, { actor: 'account', actorId: account.id, action: 'session.begun', subject: token.sessionId });
    return this.signedIn(account, token);
  }

  /**
   * A refresh token that comes back later than a moment after its use ends its session: it is in two hands.
   * **Throws** `auth.invalid`, `auth.expired`, `conflict.stale` when another call renewed the session a moment ago.
   */
  async refresh(text: string): Promise<SignedIn> {
    const token = readRefreshToken(text);
    const session = token && (await this.database.client.session.findUnique({ where: { id: token.sessionId }, include: { account: { select: accountColumns } } }));
    const standing = token && session ? compareRefreshToken(token, session.refreshHash, Date.now()) : 'foreign';
    if (!token || !session || standing === 'foreign') throw new Fault('auth.invalid', 'The refresh token is not one of this hub.');
    if (session.revokedAt || session.expiresAt.getTime() <= Date.now() || session.account.disabledAt) throw ended();
    if (standing === 'old') {
      await this.end(session.accountId, session.id, 'refresh-token-reused');
      throw ended();
    }
    if (standing === 'just-replaced') throw justRenewed();
    const next = makeRefreshToken(token.sessionId, token.family);
    const { count } = await this.database.client.session.updateMany({
      where: { id: session.id, refreshHash: session.refreshHash, revokedAt: null },
      data: { refreshHash: refreshHash(next, { token, at: Date.now() }), expiresAt: refreshExpiry() },
    });
    if (count === 0) throw justRenewed();
    return this.signedIn(accountView(session.account), next);
  }

  /** Ends one session. */
  async end(userId: string, sessionId: string, reason: 'signed-out' | 'refresh-token-reused'): Promise<void> {
    await this.database.transaction(async (tx) => {
      const { count } = await tx.session.updateMany({ where: { id: sessionId, accountId: userId, revokedAt: null }, data: { revokedAt: new Date() } });
      if (count > 0) await this.audit.record(tx, { actor: 'account', actorId: userId, action: 'session.ended', subject: sessionId, detail: { reason } });
    });
    this.endings.announce({ userId, sessionId });
  }

  /** Ends every session of an account but one; announce it after the commit. */
  async endAll(tx: Transaction, userId: string, except?: string): Promise<void> {
    await tx.session.updateMany({ where: { accountId: userId, revokedAt: null, ...(except === undefined ? {} : { id: { not: except } }) }, data: { revokedAt: new Date() } });
  }

  async signOutEverywhere(userId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.endAll(tx, userId);
      await this.audit.record(tx, { actor: 'account', actorId: userId, action: 'session.all-ended', subject: userId });
    });
    // API tokens are not sessions: `exceptSessionId` of nobody leaves them alone.
    this.endings.announce({ userId, exceptSessionId: '' });
  }

  private async signedIn(account: AccountView, token: RefreshToken): Promise<SignedIn> {
    const issuedAt = Date.now();
    const expiresAt = issuedAt + limits.accessTokenMs;
    const accessToken = await this.keys.sign(typ.access, { v: 1, hub: this.keys.name, userId: account.id, sessionId: token.sessionId, admin: account.admin, issuedAt, expiresAt });
    return { accessToken, expiresAt: new Date(expiresAt).toISOString(), refreshToken: writeRefreshToken(token), account };
  }
}

const refreshExpiry = (): Date => new Date(Date.now() + limits.refreshTokenMs);
const justRenewed = (): Fault => new Fault('conflict.stale', 'The session was renewed a moment ago.', { hint: 'Use the tokens that were given then.' });
const ended = (): Fault => new Fault('auth.expired', 'The session has ended.', { hint: 'Sign in again.' });
