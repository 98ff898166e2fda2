import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { access, chmod, chown, link, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { Fault } from '@podnet/errors';

import { canReach, type ServerAccount } from './account.ts';
import type { Binaries } from './binaries.ts';
import { isRunning } from './process.ts';

/** The name of the database and of its only user. */
export const databaseName = 'podnet';

const majorVersion = '17';

/** Where one embedded Postgres keeps what it has. */
export interface Layout {
  dataDir: string;
  cluster: string;
  password: string;
  log: string;
}

export function layoutOf(dataDir: string): Layout {
  const folder = path.resolve(dataDir);
  return { dataDir: folder, cluster: path.join(folder, 'cluster'), password: path.join(folder, 'password'), log: path.join(folder, 'server.log') };
}

/** Makes the cluster on the first start; finds it later. Returns the password. */
export async function ensureCluster(layout: Layout, account: ServerAccount, binaries: Binaries, log: (line: string) => void): Promise<string> {
  const found = await readFile(path.join(layout.cluster, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (found !== undefined && found.trim() !== majorVersion) {
    throw new Fault('config.invalid', `The hub's database was made by Postgres ${found.trim()}, and this hub brings Postgres ${majorVersion}.`, {
      at: layout.cluster,
      hint: 'Dump it with the older version, or set DATABASE_URL to a server that can read it.',
    });
  }
  const password = await ensurePassword(layout);
  if (found === undefined) await initialise(layout, account, binaries, password, log);
  return password;
}

async function ensurePassword({ password: file, cluster }: Layout): Promise<string> {
  const existing = await readFile(file, 'utf8').catch(() => undefined);
  if (existing !== undefined && existing !== '') return existing;
  if (await access(cluster).then(() => true, () => false)) {
    throw new Fault('config.invalid', 'The hub’s database is there, but the file with its password is missing.', { at: file });
  }
  const fresh = randomBytes(32).toString('base64url');
  const aside = `${file}.${randomUUID()}`;
  await writeFile(aside, fresh, { mode: 0o600, flag: 'wx', flush: true });
  // Linking never replaces: of two hubs that start at once both use the password of the quicker one.
  await link(aside, file).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EEXIST') throw cause;
  });
  await rm(aside);
  return readFile(file, 'utf8');
}

/** Runs initdb aside and renames the outcome, so that a half-made cluster is never taken for a whole one. */
async function initialise(layout: Layout, account: ServerAccount, { initdb }: Binaries, password: string, log: (line: string) => void): Promise<void> {
  log('Making the database.');
  await removeLeftovers(layout);
  const aside = `${layout.cluster}.${process.pid}`;
  const secret = `${aside}.secret`;
  try {
    await mkdir(aside, { mode: 0o700 });
    await writeFile(secret, `${password}\n`, { mode: 0o600, flag: 'wx' });
    if (account !== undefined) {
      await chown(aside, account.uid, account.gid);
      await chown(secret, account.uid, account.gid);
    }
    await runInitdb(initdb, aside, secret, account);
    // One user, from this machine, by password; initdb's own file lets more in.
    await writeFile(path.join(aside, 'pg_hba.conf'), `host all ${databaseName} 127.0.0.1/32 scram-sha-256\n`, { flush: true });
    await rename(aside, layout.cluster).catch(async (cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'ENOTEMPTY' && cause.code !== 'EEXIST') throw cause;
    });
  } finally {
    await rm(secret, { force: true });
    await rm(aside, { recursive: true, force: true });
  }
}

/** What initdbs left that were killed. */
async function removeLeftovers({ dataDir }: Layout): Promise<void> {
  for (const name of await readdir(dataDir)) {
    const pid = /^cluster\.(\d+)/.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) await rm(path.join(dataDir, name), { recursive: true, force: true });
  }
}

async function runInitdb(initdb: string, folder: string, secret: string, account: ServerAccount): Promise<void> {
  const secretHandle = await open(secret, 'r');
  const args = [
    '-D', await pathFor(account, folder), '--username', databaseName, '--pwfile=/dev/fd/3', '--auth=scram-sha-256',
    '--encoding=UTF8', '--locale-provider=libc', '--locale=C', '--no-instructions',
    // The password has 256 random bits: there is nothing for iterations to slow down but our own connections.
    '--set', 'scram_iterations=1', '--set', 'timezone=UTC', '--set', 'log_timezone=UTC',
  ];
  try {
    const { code, output } = await new Promise<{ code: number | null; output: string }>((resolve, reject) => {
      const child = spawn(initdb, args, { cwd: folder, env: serverEnvironment(), stdio: ['ignore', 'ignore', 'pipe', secretHandle.fd], ...account });
      let text = '';
      child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()));
      child.once('error', reject);
      child.once('close', (status) => resolve({ code: status, output: text }));
    });
    if (code !== 0) throw new Error(`initdb ended with status ${code}: ${output}`);
  } catch (cause) {
    throw new Fault('config.invalid', 'The database cannot be made in the hub’s data folder.', {
      at: folder,
      hint: 'Choose a folder on a local disk with room, or set DATABASE_URL to a Postgres server of your own.',
      cause,
    });
  } finally {
    await secretHandle.close();
  }
}

/**
 * The folder by a name that the account can use. Under somebody's closed home the server starts with the folder as its working
 * directory, and Linux lets it name that without walking down to it.
 */
export async function pathFor(account: ServerAccount, folder: string): Promise<string> {
  if (await canReach(account, folder)) return folder;
  if (process.platform === 'linux') return '/proc/self/cwd';
  throw new Fault('config.invalid', 'The account that runs Postgres cannot reach the hub’s data folder.', {
    at: folder,
    hint: 'Run the hub as an ordinary user, or choose a data folder outside closed home folders.',
  });
}

/** Nothing of the hub's own environment reaches the server. */
export function serverEnvironment(): Record<string, string> {
  return { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}

/** Makes the data folder. Others may pass through it to the cluster, which is closed itself; nothing else in it is readable. */
export async function ensureDataDir({ dataDir }: Layout): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o711 });
    await access(dataDir, 7);
    if (process.getuid?.() === 0) await chmod(dataDir, 0o711);
  } catch (cause) {
    throw new Fault('config.invalid', 'The hub cannot write its data folder.', { at: dataDir, hint: 'Choose another folder or change its owner.', cause });
  }
}
