import { Injectable } from '@nestjs/common';
import { limits, makeId } from '@podnet/contracts';
import { Fault } from '@podnet/errors';
import { AuditService } from '../audit/audit.service.ts';
import { Database, type Transaction } from '../database/database.ts';
import type { Caller } from '../http/caller.ts';
import { AccountsService, sessionOf } from './accounts.service.ts';
import { hashPassword } from './passwords.ts';
import type { SignedIn } from './rows.ts';
import { hashSecret, makeSecret } from './secret.ts';
import { SessionsService } from './sessions.service.ts';

const prefix = 'pni';

/** The only way to an account: a single-use token, made by an admin for one e-mail address. */
@Injectable()
export class InvitationsService {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
    private readonly accounts: AccountsService,
    private readonly sessions: SessionsService,
  ) {}

  /** A new invitation to an address makes the older ones void. **Throws** `conflict.exists`. */
  async invite(caller: Caller, { email, admin }: { email: string; admin: boolean }): Promise<{ id: string; token: string; expiresAt: string }> {
    if (admin) sessionOf(caller);
    const token = makeSecret(prefix);
    const id = makeId('invitation');
    const expiresAt = new Date(Date.now() + limits.invitationMs);
    await this.database.transaction(async (tx) => {
      if (await tx.account.findUnique({ where: { email }, select: { id: true } })) throw new Fault('conflict.exists', 'There is an account with this e-mail address already.', { at: 'email' });
      await tx.invitation.updateMany({ where: { email, usedAt: null }, data: { expiresAt: new Date(0) } });
      await tx.invitation.create({ data: { id, tokenHash: hashSecret(token), email, isAdmin: admin, createdBy: caller.userId, expiresAt } });
      await this.audit.record(tx, { actor: 'account', actorId: caller.userId, action: 'invitation.made', subject: id, detail: { admin } });
    });
    return { id, token, expiresAt: expiresAt.toISOString() };
  }

  /** **Throws** `auth.invalid` for a token that is wrong, used or expired. */
  async accept({ token, name, password }: { token: string; name: string; password: string }): Promise<SignedIn> {
    const tokenHash = hashSecret(token);
    // Looked at before the slow hash, so that a wrong token costs little; what counts is the use below.
    if (!(await this.database.client.invitation.count({ where: { tokenHash, usedAt: null, email: { not: null } } }))) throw invalid();
    const passwordHash = await hashPassword(password);
    return this.database.transaction(async (tx) => {
      const { id, email, isAdmin } = await this.use(tx, tokenHash);
      if (email === null) throw invalid();
      const account = await this.accounts.create(tx, { email, name, passwordHash, admin: isAdmin });
      await this.audit.record(tx, { actor: 'account', actorId: account.id, action: 'invitation.accepted', subject: id });
      return this.sessions.begin(tx, account);
    });
  }

  /** Uses an invitation up: of two at once, one succeeds. **Throws** `auth.invalid`. */
  async use(tx: Transaction, tokenHash: string): Promise<{ id: string; email: string | null; isAdmin: boolean }> {
    const now = new Date();
    const { count } = await tx.invitation.updateMany({ where: { tokenHash, usedAt: null, expiresAt: { gt: now } }, data: { usedAt: now } });
    if (count === 0) throw invalid();
    return tx.invitation.findUniqueOrThrow({ where: { tokenHash }, select: { id: true, email: true, isAdmin: true } });
  }
}

const invalid = (): Fault => new Fault('auth.invalid', 'The token is wrong, used or expired.', { at: 'token' });
