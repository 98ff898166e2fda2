import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import pg from 'pg';

import { isRunning } from './process.ts';
import { startPostgres, type EmbeddedPostgres } from './supervisor.ts';

const supervisor = fileURLToPath(new URL('./supervisor.ts', import.meta.url));

let parent: string;
let dataDir: string;
let running: EmbeddedPostgres[];
const lines: string[] = [];

beforeEach(async () => {
  parent = await mkdtemp(path.join(os.tmpdir(), 'podnet-postgres-spec-'));
  dataDir = path.join(parent, 'hub', 'postgres');
  running = [];
  lines.length = 0;
});

afterEach(async () => {
  await Promise.all(running.map((server) => server.stop()));
  const pid = await serverPid().catch(() => 0);
  if (isRunning(pid, 'postgres')) process.kill(pid, 'SIGKILL');
  await rm(parent, { recursive: true, force: true });
});

async function start(folder = dataDir): Promise<EmbeddedPostgres> {
  const server = await startPostgres({ dataDir: folder, log: (line) => lines.push(line) });
  running.push(server);
  return server;
}

async function query<Row extends pg.QueryResultRow>(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

async function serverPid(): Promise<number> {
  return Number((await readFile(path.join(dataDir, 'cluster/postmaster.pid'), 'utf8')).split('\n')[0]);
}

async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 10_000; !(await what()); await pause(10)) {
    if (Date.now() > deadline) throw new Error('It did not happen in ten seconds.');
  }
}

/** A hub of its own that starts Postgres and is then killed without a chance to tidy up. */
async function killedHub(graceMs: number): Promise<void> {
  const script = `
    import { startPostgres } from ${JSON.stringify(supervisor)};
    await startPostgres({ dataDir: ${JSON.stringify(dataDir)}, log: () => {}, graceMs: ${graceMs} });
    process.stdout.write('ready');
    setInterval(() => {}, 1000);`;
  const hub = spawn(process.execPath, ['--conditions=@podnet/source', '--no-warnings', '--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(hub.stdout!, 'data');
  hub.kill('SIGKILL');
  await once(hub, 'exit');
}

describe('the embedded Postgres', () => {
  it('is durable, UTF-8, in the C locale and in UTC, and has one database with the name of the product', async () => {
    const { url } = await start();
    const rows = await query<{ name: string; setting: string }>(url, `
      SELECT name, setting FROM pg_settings
      WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes', 'server_encoding', 'TimeZone', 'listen_addresses')`);
    expect(Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))).toEqual({
      fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on', server_encoding: 'UTF8', TimeZone: 'UTC', listen_addresses: '127.0.0.1',
    });
    expect(await query(url, 'SELECT datname, datcollate FROM pg_database WHERE NOT datistemplate')).toEqual([{ datname: 'podnet', datcollate: 'C' }]);
  });

  it('lets nobody in without the password, and nobody but its user', async () => {
    const { url } = await start();
    const attempts = [url.replace(/:[^:@]+@/, ':guess@'), url.replace(/:[^:@]+@/, '@'), url.replace('//podnet:', '//postgres:')];
    for (const attempt of attempts) await expect(query(attempt, 'SELECT 1')).rejects.toThrow();
    expect((await stat(path.join(dataDir, 'password'))).mode & 0o777).toBe(0o600);
    expect((await stat(path.join(dataDir, 'cluster'))).mode & 0o777).toBe(0o700);
  });

  it('listens on 127.0.0.1 only', async () => {
    const { port } = new URL((await start()).url);
    const others = Object.values(os.networkInterfaces()).flat().filter((one) => one !== undefined && !one.internal && one.family === 'IPv4');
    for (const { address } of others as { address: string }[]) {
      const socket = net.connect({ host: address, port: Number(port) });
      const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
      expect(error.code).toBe('ECONNREFUSED');
    }
  });

  it('keeps its rows and its password from one start to the next, and leaves no process behind when it is stopped', async () => {
    const first = await start();
    await query(first.url, 'CREATE TABLE kept AS SELECT 7 AS n');
    const pid = await serverPid();
    await first.stop();
    expect(isRunning(pid, 'postgres')).toBe(false);
    expect((await readdir(dataDir)).sort()).toEqual(['cluster', 'password', 'server.log']);
    const second = await start();
    expect(await query(second.url, 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
    expect(new URL(second.url).password).toBe(new URL(first.url).password);
  });

  it('comes back at the same address, with every acknowledged row, when the server is killed', async () => {
    const { url } = await start();
    await query(url, 'CREATE TABLE kept AS SELECT 7 AS n');
    const pid = await serverPid();
    process.kill(pid, 'SIGKILL');
    await until(() => query(url, 'SELECT n FROM kept').then((rows) => rows.length === 1, () => false));
    expect(await serverPid()).not.toBe(pid);
    expect(lines).toContain('Postgres ended by itself; starting it again.');
  });

  it('is found alive by the next hub when a hub was killed', async () => {
    await killedHub(60_000);
    const pid = await serverPid();
    await start();
    expect(await serverPid()).toBe(pid);
    expect(lines).toContain('Going on with the database that an earlier hub left running.');
  });

  it('is stopped by its watchdog when a hub was killed and none follows', async () => {
    await killedHub(50);
    const pid = await serverPid();
    await until(() => !isRunning(pid, 'postgres'));
    await start();
  });

  it('is left alone by the watchdog of a killed hub when another hub has taken it over', async () => {
    await killedHub(400);
    const { url } = await start();
    const pid = await serverPid();
    await pause(800);
    expect(await serverPid()).toBe(pid);
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('belongs to one hub at a time', async () => {
    const { url } = await start();
    await expect(startPostgres({ dataDir, log: () => undefined })).rejects.toMatchObject({ code: 'conflict.exists' });
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('starts although a killed server left its pid file and that id is another program now', async () => {
    await (await start()).stop();
    await writeFile(path.join(dataDir, 'cluster/postmaster.pid'), `${process.pid}\n${dataDir}/cluster\n1\n5432\n\n127.0.0.1\n 1 1\nready   \n`);
    const { url } = await start();
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('removes what a killed initdb left', async () => {
    await mkdir(path.join(dataDir, 'cluster.999999999'), { recursive: true });
    await start();
    expect((await readdir(dataDir)).filter((name) => name.startsWith('cluster'))).toEqual(['cluster']);
  });

  it('works under a home that is closed to others', async () => {
    await chmod(parent, 0o700);
    const { url } = await start();
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it.each([
    ['a file stands where its folder should be', () => writeFile(path.join(parent, 'hub'), ''), 'config.invalid'],
    ['its cluster is of another version', () => seed('cluster/PG_VERSION', '12\n'), 'config.invalid'],
    ['its password is lost', () => seed('cluster/PG_VERSION', '17\n'), 'config.invalid'],
  ])('says so when %s', async (_what, prepare, code) => {
    await prepare();
    await expect(startPostgres({ dataDir, log: () => undefined })).rejects.toMatchObject({ name: 'Fault', code });
  });

  async function seed(file: string, text: string): Promise<void> {
    await mkdir(path.join(dataDir, path.dirname(file)), { recursive: true });
    await writeFile(path.join(dataDir, file), text);
  }
});
