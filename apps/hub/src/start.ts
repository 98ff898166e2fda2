import path from 'node:path';
import type { Type } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Fault } from '@podnet/errors';
import type { Logger } from 'pino';
import type { Application } from './application.ts';
import { loadHubKeys } from './keys/key-file.ts';
import { makeLog } from './log/log.ts';
import type { Settings } from './settings.ts';

export interface Hub {
  url: string;
  application: NestExpressApplication;
  /** Drains: takes nothing new, closes sockets, links the audit, ends the embedded Postgres. */
  stop(): Promise<void>;
}

export interface StartOptions {
  log?: Logger;
  /** Tells a person something that must not go into a log: the one-time setup token. */
  announce?: (text: string) => void;
  /** Further modules, for specs. */
  moreRooms?: Type[];
}

/** Starts a whole hub in this process. **Throws** `config.invalid`, `internal.unavailable`. */
export async function startHub(settings: Settings, { log = makeLog(settings), announce = toPeople, moreRooms = [] }: StartOptions = {}): Promise<Hub> {
  const undo: (() => Promise<void>)[] = [];
  const stop = once(async () => {
    for (const step of undo.reverse()) await step();
  });
  try {
    const keys = await loadHubKeys(settings);
    // The framework is loaded while Postgres starts: together they are nearly all of the time to ready.
    const [url, { makeApplication }, { Database }, { migrate }] = await Promise.all([
      settings.databaseUrl ?? embedded(settings, log, undo),
      import('./application.ts'),
      import('./database/database.ts'),
      import('./postgres/migrator.ts'),
    ]);
    await migrate({ url, log: (line) => log.info(line) });
    const database = new Database({ url, pool: settings.databasePool });
    undo.push(() => database.close());
    const application = await makeApplication({ settings, log, database, keys, announce }, moreRooms);
    undo.push(() => application.close());
    return { url: await opened(application), application: application.nest, stop };
  } catch (error) {
    await stop().catch(() => undefined);
    throw error;
  }
}

async function embedded({ home }: Settings, log: Logger, undo: (() => Promise<void>)[]): Promise<string> {
  const { startPostgres } = await import('./postgres/supervisor.ts');
  const server = await startPostgres({
    dataDir: path.join(home, 'postgres'),
    log: (line) => log.info(line),
    onLost: (fault) => log.error({ code: fault.code }, 'the database is lost'),
  });
  undo.push(() => server.stop());
  return server.url;
}

async function opened(application: Application): Promise<string> {
  try {
    return await application.listen();
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === 'EADDRINUSE' || code === 'EACCES') throw new Fault('config.invalid', 'The port is taken or not allowed.', { at: 'PODNET_HUB_PORT' });
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') throw new Fault('config.invalid', 'This machine does not have that address.', { at: 'PODNET_HUB_HOST' });
    throw error;
  }
}

const toPeople = (text: string): void => void process.stderr.write(`${text}\n`);

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= work());
}
