import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startPostgres } from '../apps/hub/src/postgres/supervisor.ts';

/** Part of every address here: must never be seen anywhere. */
export const password = 'canary-pass-93cf';

/** A custodian's database: a server of its own with a user who owns everything, `reader` who reads and `writer` who writes. */
export interface Clinic {
  owner: pg.Client;
  urlOf(user: 'reader' | 'writer', port?: number): string;
  port: number;
  close(): Promise<void>;
}

export async function openClinic(): Promise<Clinic> {
  const folder = mkdtempSync(join(tmpdir(), 'podnet-clinic-'));
  const dataDir = join(folder, 'postgres');
  const server = await startPostgres({ dataDir, log: () => undefined });
  const owner = new pg.Client({ connectionString: server.url });
  owner.on('error', () => undefined);
  await owner.connect();
  // The hub lets in nobody but itself.
  appendFileSync(join(dataDir, 'cluster', 'pg_hba.conf'), 'host all reader,writer 127.0.0.1/32 scram-sha-256\n');
  await owner.query(`select pg_reload_conf()`);
  await owner.query(`
    revoke all on schema public from public; grant usage on schema public to public;
    create role reader login password '${password}'; create role writer login password '${password}';
    create schema clinic; grant usage on schema clinic to reader, writer;
    alter default privileges in schema clinic grant select on tables to reader, writer; alter default privileges in schema clinic grant insert on tables to writer`);
  const { port, pathname } = new URL(server.url);
  return {
    owner,
    port: Number(port),
    urlOf: (user, at = Number(port)) => `postgresql://${user}:${password}@127.0.0.1:${at}${pathname}`,
    async close() {
      await owner.end();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A way to a port that breaks off for good once so many bytes have come back. */
export async function brittleWay(to: number, mostBytes: number): Promise<{ port: number; passed(): number; close(): Promise<void> }> {
  let passed = 0;
  const open = new Set<Socket>();
  const server: Server = createServer((near) => {
    const far = connect(to, '127.0.0.1');
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => [near, far].forEach((each) => (each.destroy(), open.delete(each))));
    }
    near.pipe(far);
    far.on('data', (bytes: Buffer) => {
      passed += bytes.length;
      if (passed > mostBytes) near.destroy();
      else near.write(bytes);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as { port: number }).port,
    passed: () => passed,
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
