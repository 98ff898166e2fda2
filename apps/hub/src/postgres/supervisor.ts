import { setTimeout as pause } from 'node:timers/promises';

import { Fault } from '@podnet/errors';
import pg from 'pg';

import { serverAccount, type ServerAccount } from './account.ts';
import { findBinaries, type Binaries } from './binaries.ts';
import { databaseName, ensureCluster, ensureDataDir, layoutOf, type Layout } from './cluster.ts';
import { forgetOwners, own, takeOver, type Ownership } from './ownership.ts';
import { findServer, freePort, launchServer, stopServer, type RunningServer } from './server.ts';

export interface PostgresOptions {
  /** The folder that is the embedded database's own. It is made when it is missing. */
  dataDir: string;
  log: (line: string) => void;
  /** Called once when the server died and could not be brought back. */
  onLost?: (fault: Fault) => void;
  /** How long the server waits for another hub when this one was killed; then it is stopped. */
  graceMs?: number;
}

export interface EmbeddedPostgres {
  /** A connection string with the password in it: never into a log. */
  url: string;
  /** Ends the server. Connections that are still open are cut. */
  stop(): Promise<void>;
}

/** Held by the hub's own session for as long as it lives; the kernel ends it with the hub, however the hub ends. */
const ownerLock = 0x706f646e;
const startDeadlineMs = 60_000;
const maxLaunches = 40;
const retryMs = 50;
/** A killed hub's session can outlive it for a moment. */
const handOverMs = 2_000;

/** Starts Postgres on the folder, or goes on with the one that a killed hub left running. */
export async function startPostgres({ dataDir, log, onLost, graceMs = 3_000 }: PostgresOptions): Promise<EmbeddedPostgres> {
  const layout = layoutOf(dataDir);
  await ensureDataDir(layout);
  const account = await serverAccount(layout.cluster);
  const binaries = await findBinaries(account);
  const password = await ensureCluster(layout, account, binaries, log);
  const house: House = { layout, account, binaries, password, graceMs };

  let held = await hold(house, undefined, log);
  let stopping = false;
  const watch = (): void => {
    held.session.once('end', () => {
      if (!stopping) bringBack().catch(() => onLost?.(new Fault('internal.unavailable', 'The embedded Postgres ended and could not be brought back.', { at: layout.log })));
    });
  };
  let returning: Promise<void> = Promise.resolve();
  const bringBack = (): Promise<void> => {
    log('Postgres ended by itself; starting it again.');
    returning = (async () => {
      await held.ownership.giveUp();
      held = await hold(house, held.server.port, log);
      watch();
    })();
    return returning;
  };
  watch();

  return {
    url: urlOf(password, held.server.port, databaseName),
    stop: async () => {
      if (stopping) return;
      stopping = true;
      await returning.catch(() => undefined);
      await held.ownership.giveUp();
      await stopServer(held.server.pid);
      await held.session.end().catch(() => undefined);
    },
  };
}

interface House {
  layout: Layout;
  account: ServerAccount;
  binaries: Binaries;
  password: string;
  graceMs: number;
}

interface Held {
  server: RunningServer;
  session: pg.Client;
  ownership: Ownership;
}

/** Finds or launches the server, opens the owner's session in it and sets the watchdog. */
async function hold(house: House, wantedPort: number | undefined, log: (line: string) => void): Promise<Held> {
  const { layout, account, binaries } = house;
  const deadline = Date.now() + startDeadlineMs;
  for (let launches = 0; launches < maxLaunches && Date.now() < deadline; await pause(retryMs)) {
    const found = await findServer(layout);
    if (found !== undefined && found.status !== 'ready') continue;
    if (found === undefined) {
      launches += 1;
      await forgetOwners(layout);
    }
    const server = found ?? (await launchServer(layout, account, binaries, wantedPort ?? (await freePort())));
    if (server === undefined) continue;
    const session = await openSession(house, server.port).catch(async (fault: unknown) => {
      if (found === undefined && (fault as Fault).code !== 'conflict.exists') await stopServer(server.pid);
      throw fault;
    });
    if (session === undefined) continue;
    if (found !== undefined) {
      if (!(await takeOver(layout))) {
        await session.end().catch(() => undefined);
        await stopServer(server.pid);
        continue;
      }
      log('Going on with the database that an earlier hub left running.');
    }
    return { server, session, ownership: await own(layout, server.pid, house.graceMs) };
  }
  throw new Fault('internal.unavailable', 'The embedded Postgres does not start.', {
    at: layout.log,
    hint: 'The last lines of this file say why. Is the disk full?',
  });
}

/** The owner's session; undefined when the server went away meanwhile. */
async function openSession({ layout, password }: House, port: number): Promise<pg.Client | undefined> {
  const session = await connect(password, port, databaseName).catch(async (error: { code?: string }) => {
    // A new cluster has a database `postgres`; ours is that one under its own name.
    if (error.code !== '3D000') return refuse(error, layout);
    const admin = await connect(password, port, 'template1');
    await admin.query(`ALTER DATABASE postgres RENAME TO ${databaseName}`);
    await admin.end();
    return connect(password, port, databaseName);
  });
  if (session === undefined) return undefined;
  for (const deadline = Date.now() + handOverMs; ; await pause(retryMs)) {
    const { rows } = await session.query<{ free: boolean }>('SELECT pg_try_advisory_lock($1) AS free', [ownerLock]);
    if (rows[0]?.free === true) return session;
    if (Date.now() > deadline) break;
  }
  await session.end();
  throw new Fault('conflict.exists', 'Another hub runs on this data folder.', { at: layout.dataDir, hint: 'Stop it, or give this hub a folder of its own.' });
}

function refuse(error: { code?: string }, layout: Layout): undefined {
  if (error.code === '28P01' || error.code === '28000') {
    throw new Fault('config.invalid', 'The password of the embedded Postgres is not the one in its file.', { at: layout.password });
  }
  return undefined;
}

async function connect(password: string, port: number, database: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: urlOf(password, port, database), application_name: 'podnet-owner', keepAlive: true });
  // Without a listener a cut connection would end the hub; what follows from it is handled at 'end'.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

const urlOf = (password: string, port: number, database: string): string => `postgresql://${databaseName}:${password}@127.0.0.1:${port}/${database}`;
