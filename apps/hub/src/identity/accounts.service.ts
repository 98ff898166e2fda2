import { Injectable } from '@nestjs/common';
import { makeId } from '@podnet/contracts';
import { Fault } from '@podnet/errors';
import { AuditService } from '../audit/audit.service.ts';
import { Database, type Transaction } from '../database/database.ts';
import { isDuplicate } from '../database/fault.ts';
import type { Caller } from '../http/caller.ts';
import { checkPassword, hashPassword } from './passwords.ts';
import { accountColumns, accountView, type AccountView } from './rows.ts';
import { SessionEndings } from './session-endings.ts';
import { SessionsService } from './sessions.service.ts';

/** Work of another room when an account is disabled, in the same transaction. What it returns runs after the commit. */
export type DisableStep = (tx: Transaction, accountId: string) => Promise<(() => void) | undefined>;

@Injectable()
export class AccountsService {
  private readonly disableSteps: DisableStep[] = [];

  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
    private readonly sessions: SessionsService,
    private readonly endings: SessionEndings,
  ) {}

  /** Rooms that hold something for accounts (open tasks) end it here. */
  whenDisabled(step: DisableStep): void {
    this.disableSteps.push(step);
  }

  /** Makes an account. **Throws** `conflict.exists`. */
  async create(tx: Transaction, { email, name, passwordHash, admin }: { email: string; name: string; passwordHash: string; admin: boolean }): Promise<AccountView> {
    const id = makeId('account');
    try {
      const row = await tx.account.create({ data: { id, email, name, passwordHash, isAdmin: admin }, select: accountColumns });
      await this.audit.record(tx, { actor: 'account', actorId: id, action: 'account.created', subject: id, detail: { admin } });
      return accountView(row);
    } catch (error) {
      if (isDuplicate(error)) throw new Fault('conflict.exists', 'There is an account with this e-mail address already.', { at: 'email' });
      throw error;
    }
  }

  async show(id: string): Promise<AccountView> {
    return accountView(await this.database.client.account.findUniqueOrThrow({ where: { id }, select: accountColumns }));
  }

  async list(): Promise<AccountView[]> {
    return (await this.database.client.account.findMany({ orderBy: { createdAt: 'asc' }, select: accountColumns })).map(accountView);
  }

  /** **Throws** `auth.invalid` when the current password is wrong. Every other session ends. */
  async changePassword(caller: Caller, { current, next }: { current: string; next: string }): Promise<void> {
    const sessionId = sessionOf(caller);
    const { passwordHash } = await this.database.client.account.findUniqueOrThrow({ where: { id: caller.userId }, select: { passwordHash: true } });
    if (!(await checkPassword(passwordHash, current))) throw new Fault('auth.invalid', 'The current password is wrong.', { at: 'current' });
    const fresh = await hashPassword(next);
    await this.database.transaction(async (tx) => {
      const { count } = await tx.account.updateMany({ where: { id: caller.userId, passwordHash }, data: { passwordHash: fresh } });
      if (count === 0) throw new Fault('conflict.stale');
      await this.sessions.endAll(tx, caller.userId, sessionId);
      await this.audit.record(tx, { actor: 'account', actorId: caller.userId, action: 'account.password-changed', subject: caller.userId });
    });
    this.endings.announce({ userId: caller.userId, exceptSessionId: sessionId });
  }

  /** Closes every way in of an account and ends what runs for it. **Throws** `access.not-found`, `conflict.state` for the last admin. */
  async disable(caller: Caller, id: string): Promise<void> {
    const afterwards = await this.database.transaction(async (tx) => {
      // All admins are locked, in one order: two admins who disable each other at once must not both succeed.
      const admins = await tx.$queryRaw<{ id: string }[]>`select id from "Account" where "isAdmin" and "disabledAt" is null order by id for update`;
      if (admins.length === 1 && admins[0]!.id === id) throw new Fault('conflict.state', 'The last admin cannot be disabled.', { hint: 'Make another admin first.' });
      if (!admins.some((admin) => admin.id === caller.userId)) throw new Fault('access.forbidden', 'Only an admin may do this.');
      const now = new Date();
      const { count } = await tx.account.updateMany({ where: { id, disabledAt: null }, data: { disabledAt: now } });
      if (count === 0) throw new Fault('access.not-found', 'There is no such account, or it is disabled already.');
      await this.sessions.endAll(tx, id);
      await tx.apiToken.updateMany({ where: { accountId: id, revokedAt: null }, data: { revokedAt: now } });
      const steps: (() => void)[] = [];
      for (const step of this.disableSteps) {
        const after = await step(tx, id);
        if (after) steps.push(after);
      }
      await this.audit.record(tx, { actor: 'account', actorId: caller.userId, action: 'account.disabled', subject: id });
      return steps;
    });
    this.endings.announce({ userId: id });
    for (const after of afterwards) after();
  }

  /** For those who assign roles: admins, and custodians of a pod. **Throws** `access.forbidden`, `access.not-found`. */
  async findByEmail(caller: Caller, email: string): Promise<{ id: string; email: string; name: string; devices: { fingerprint: string }[] }> {
    const assigns = caller.admin || (await this.database.client.pod.count({ where: { custodianId: caller.userId, state: { not: 'removed' } } })) > 0;
    if (!assigns) throw new Fault('access.forbidden', 'Only those who assign roles look accounts up: admins and custodians of a pod.');
    const found = await this.database.client.account.findUnique({
      where: { email, disabledAt: null },
      select: { id: true, email: true, name: true, devices: { where: { revokedAt: null }, select: { fingerprint: true }, orderBy: { createdAt: 'asc' } } },
    });
    if (!found) throw new Fault('access.not-found', 'There is no account with this e-mail address.');
    return found;
  }
}

/** What needs a person who signed in: an API token that leaked must not make itself at home. */
export function sessionOf({ sessionId }: Caller): string {
  if (sessionId === null) throw new Fault('access.forbidden', 'This needs a session; an API token does not suffice.', { hint: 'Sign in with the password.' });
  return sessionId;
}
