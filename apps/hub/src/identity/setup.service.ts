import { rm, writeFile } from 'node:fs/promises';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { limits, makeId } from '@podnet/contracts';
import { Fault } from '@podnet/errors';
import { announceToken, type Announce } from '../announce.ts';
import { AuditService } from '../audit/audit.service.ts';
import { Database } from '../database/database.ts';
import { HubKeys } from '../keys/hub-keys.ts';
import { settingsToken, type Settings } from '../settings.ts';
import { AccountsService } from './accounts.service.ts';
import { InvitationsService } from './invitations.service.ts';
import { hashPassword } from './passwords.ts';
import type { SignedIn } from './rows.ts';
import { hashSecret, makeSecret } from './secret.ts';
import { SessionsService } from './sessions.service.ts';

const prefix = 'pns';
const setUpLock = 1_886_350_453n;

/**
 * The first admin. A hub without accounts makes a one-time token at each start, tells a person and keeps its hash: an
 * invitation for no address. There is no password to begin with.
 */
@Injectable()
export class SetupService implements OnApplicationBootstrap {
  constructor(
    private readonly database: Database,
    private readonly keys: HubKeys,
    private readonly audit: AuditService,
    private readonly accounts: AccountsService,
    private readonly invitations: InvitationsService,
    private readonly sessions: SessionsService,
    @Inject(settingsToken) private readonly settings: Settings,
    @Inject(announceToken) private readonly announce: Announce,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (await this.isSetUp()) return;
    const token = makeSecret(prefix);
    const id = makeId('invitation');
    await this.database.transaction(async (tx) => {
      await tx.invitation.updateMany({ where: { email: null, usedAt: null }, data: { expiresAt: new Date(0) } });
      await tx.invitation.create({ data: { id, tokenHash: hashSecret(token), isAdmin: true, expiresAt: new Date(Date.now() + limits.invitationMs) } });
      await this.audit.record(tx, { actor: 'hub', actorId: this.keys.name, action: 'invitation.made', subject: id, detail: { admin: true } });
    });
    const { setupTokenFile } = this.settings;
    if (setupTokenFile === undefined) {
      this.announce(`This hub has no account yet. Make the first admin with this one-time token (it is shown once):\n\n  ${token}\n`);
      return;
    }
    // Removed first: an older file may be readable by others, and writing keeps its mode.
    await rm(setupTokenFile, { force: true });
    await writeFile(setupTokenFile, `${token}\n`, { mode: 0o600, flag: 'wx' });
    this.announce('This hub has no account yet. The one-time token for the first admin is in the file that PODNET_SETUP_TOKEN_FILE names.');
  }

  async isSetUp(): Promise<boolean> {
    return (await this.database.client.account.findFirst({ select: { id: true } })) !== null;
  }

  /** **Throws** `auth.setup-closed` once there is an account, `auth.invalid` for a wrong token. */
  async setUp({ token, email, name, password }: { token: string; email: string; name: string; password: string }): Promise<SignedIn> {
    if (await this.isSetUp()) throw closed();
    const tokenHash = hashSecret(token);
    if (!(await this.database.client.invitation.count({ where: { tokenHash, usedAt: null, email: null } }))) throw new Fault('auth.invalid', 'The token is wrong, used or expired.', { at: 'token' });
    const passwordHash = await hashPassword(password);
    const signedIn = await this.database.transaction(async (tx) => {
      await tx.$executeRaw`select pg_advisory_xact_lock(${setUpLock})`;
      if (await tx.account.findFirst({ select: { id: true } })) throw closed();
      const { email: addressed } = await this.invitations.use(tx, tokenHash);
      if (addressed !== null) throw new Fault('auth.invalid');
      const account = await this.accounts.create(tx, { email, name, passwordHash, admin: true });
      await this.audit.record(tx, { actor: 'account', actorId: account.id, action: 'hub.set-up', subject: account.id });
      return this.sessions.begin(tx, account);
    });
    if (this.settings.setupTokenFile !== undefined) await rm(this.settings.setupTokenFile, { force: true }).catch(() => undefined);
    return signedIn;
  }
}

const closed = (): Fault => new Fault('auth.setup-closed');
