import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import type { Type } from '@nestjs/common';
import { Database } from '../database/database.ts';
import { makeLog } from '../log/log.ts';
import { readSettings } from '../settings.ts';
import { startHub, type Hub } from '../start.ts';

export interface TestHub extends Hub {
  database: Database;
  /** Everything the hub logged so far. */
  logged(): string;
  /** What it told a person: the setup token. */
  announced: string[];
  home: string;
}

/** A real hub on a real embedded Postgres in a folder of its own. Stop it in `afterAll`. */
export async function startTestHub({ environment = {}, moreRooms = [] }: { environment?: Record<string, string>; moreRooms?: Type[] } = {}): Promise<TestHub> {
  const home = await mkdtemp(path.join(tmpdir(), 'podnet-hub-'));
  // Postgres runs as another user where the tests run as root, and has to get in.
  await chmod(home, 0o755);
  const lines: string[] = [];
  const stream = new Writable({ write: (chunk: Buffer, _, next) => (lines.push(String(chunk)), next()) });
  const settings = readSettings({ PODNET_HUB_HOME: home, PODNET_HUB_PORT: '0', PODNET_LOG_LEVEL: 'debug', ...environment });
  const announced: string[] = [];
  const hub = await startHub(settings, { log: makeLog(settings, stream), announce: (text) => announced.push(text), moreRooms });
  const stop = async (): Promise<void> => {
    await hub.stop();
    await rm(home, { recursive: true, force: true });
  };
  return { ...hub, database: hub.application.get(Database), logged: () => lines.join(''), announced, home, stop };
}
