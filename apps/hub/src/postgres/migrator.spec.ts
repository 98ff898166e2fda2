import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import pg from 'pg';

import { migrate } from './migrator.ts';
import { startPostgres, type EmbeddedPostgres } from './supervisor.ts';

const root = fileURLToPath(new URL('../../../..', import.meta.url));

let folder: string;
let server: EmbeddedPostgres;
let count = 0;
/** Connection string of an empty database of the test's own. */
let url: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'podnet-migrator-spec-'));
  server = await startPostgres({ dataDir: path.join(folder, 'postgres'), log: () => undefined });
});

afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  count += 1;
  await query(server.url, `CREATE DATABASE test${count}`);
  url = server.url.replace(/[^/]+$/, `test${count}`);
});

async function query<Row extends pg.QueryResultRow>(at: string, text: string, values?: unknown[]): Promise<Row[]> {
  const client = new pg.Client({ connectionString: at });
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
}

/** A folder of migrations, each with the given SQL. */
async function migrations(sqls: Record<string, string>): Promise<string> {
  const place = await mkdtemp(path.join(folder, 'migrations-'));
  for (const [name, sql] of Object.entries(sqls)) {
    await mkdir(path.join(place, name));
    await writeFile(path.join(place, name, 'migration.sql'), sql);
  }
  return place;
}

const run = (place?: string): Promise<string[]> => migrate({ url, log: () => undefined, ...(place === undefined ? {} : { folder: place }) });

const hasTable = async (name: string): Promise<boolean> => (await query(url, 'SELECT 1 FROM pg_tables WHERE tablename = $1', [name])).length === 1;

describe('the migrator', () => {
  it('applies what is new, in order, once', async () => {
    const place = await migrations({ '0002_b': 'ALTER TABLE a ADD COLUMN m int', '0001_a': 'CREATE TABLE a (n int); CREATE INDEX ON a (n);' });
    expect(await run(place)).toEqual(['0001_a', '0002_b']);
    expect(await run(place)).toEqual([]);
  });

  it('writes its history as Prisma does', async () => {
    const place = await migrations({ '0001_a': 'CREATE TABLE a (n int)' });
    await run(place);
    const rows = await query<Record<string, unknown>>(url, 'SELECT * FROM _prisma_migrations');
    expect(rows).toEqual([{
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      checksum: createHash('sha256').update('CREATE TABLE a (n int)').digest('hex'),
      finished_at: expect.anything(),
      migration_name: '0001_a',
      logs: null,
      rolled_back_at: null,
      started_at: expect.anything(),
      applied_steps_count: 1,
    }]);
  });

  it('leaves nothing of a migration that fails, keeps those before it, and goes on when it is mended', async () => {
    const place = await migrations({ '0001_a': 'CREATE TABLE a (n int)', '0002_b': 'CREATE TABLE b (n int); SELECT 1/0;' });
    await expect(run(place)).rejects.toMatchObject({ code: 'internal.unavailable', details: { at: '0002_b' } });
    expect([await hasTable('a'), await hasTable('b')]).toEqual([true, false]);
    await writeFile(path.join(place, '0002_b/migration.sql'), 'CREATE TABLE b (n int)');
    expect(await run(place)).toEqual(['0002_b']);
  });

  it('leaves nothing of a migration whose process was cut off half-way, and applies it at the next start', async () => {
    const place = await migrations({ '0001_a': "CREATE TABLE a (n int); SELECT pg_sleep(60), 'cut me' AS word;" });
    const cutOff = run(place);
    const outcome = cutOff.then(() => 'done', (fault: { code: string }) => fault.code);
    let cut = false;
    while (!cut) {
      cut = (await query(url, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%cut me%' AND pid <> pg_backend_pid()`)).length > 0;
      await pause(10);
    }
    expect(await outcome).toBe('internal.unavailable');
    expect(await hasTable('a')).toBe(false);
    await writeFile(path.join(place, '0001_a/migration.sql'), 'CREATE TABLE a (n int)');
    expect(await run(place)).toEqual(['0001_a']);
  });

  it('lets two hubs start at once', async () => {
    const place = await migrations({ '0001_a': 'CREATE TABLE a (n int); SELECT pg_sleep(0.1)', '0002_b': 'CREATE TABLE b (n int)' });
    const applied = await Promise.all([run(place), run(place), run(place)]);
    expect(applied.flat().sort()).toEqual(['0001_a', '0002_b']);
  });

  it.each<[string, (place: string) => Promise<unknown>]>([
    ['an applied migration was edited', (place) => writeFile(path.join(place, '0001_a/migration.sql'), 'CREATE TABLE a (n bigint)')],
    ['an applied migration is gone', (place) => rm(path.join(place, '0001_a'), { recursive: true })],
    ['a migration would come before an applied one', (place) => cp(path.join(place, '0001_a'), path.join(place, '0000_early'), { recursive: true })],
    ['another tool did not finish one', () => query(url, 'UPDATE _prisma_migrations SET finished_at = NULL')],
  ])('refuses when %s, and changes nothing', async (_what, spoil) => {
    const place = await migrations({ '0001_a': 'CREATE TABLE a (n int)' });
    await run(place);
    await spoil(place);
    await mkdir(path.join(place, '0002_b'));
    await writeFile(path.join(place, '0002_b/migration.sql'), 'CREATE TABLE b (n int)');
    await expect(run(place)).rejects.toMatchObject({ name: 'Fault', code: 'conflict.state' });
    expect(await hasTable('b')).toBe(false);
  });

  it('does not mind a migration that Prisma rolled back', async () => {
    const place = await migrations({ '0001_a': 'CREATE TABLE a (n int)' });
    await run(place);
    await query(url, `INSERT INTO _prisma_migrations (id, checksum, migration_name, rolled_back_at) VALUES ('x', 'y', '0000_gone', now())`);
    expect(await run(place)).toEqual([]);
  });

  it('says so when the database cannot be reached', async () => {
    await expect(migrate({ url: 'postgresql://podnet:x@127.0.0.1:1/podnet', log: () => undefined })).rejects.toMatchObject({ code: 'internal.unavailable' });
  });
});

describe("the hub's migrations", () => {
  beforeEach(async () => {
    await run();
  });

  it('lead exactly to the schema of the database client', async () => {
    const schema = path.join(root, 'prisma/schema.prisma');
    expect((await difference(schema)).replace(/^--.*$/gm, '').trim()).toBe('');
    const drifted = path.join(folder, 'drifted.prisma');
    await writeFile(drifted, (await readFile(schema, 'utf8')).replace('disabledAt   DateTime?', 'disabledAt   DateTime'));
    expect(await difference(drifted)).toContain('ALTER COLUMN "disabledAt" SET NOT NULL');
  });

  it.each(['UPDATE "AuditEntry" SET actor = actor', 'DELETE FROM "AuditEntry"', 'TRUNCATE "AuditEntry" CASCADE',
    'UPDATE "AuditLink" SET hash = hash', 'DELETE FROM "AuditLink"', 'TRUNCATE "AuditLink"',
    `SET session_replication_role = replica; DELETE FROM "AuditEntry"`])('refuse %s', async (sql) => {
    await query(url, `INSERT INTO "AuditEntry" (actor, "actorId", action, subject, detail) VALUES ('hub', 'hub', 'test', 'test', '{}')`);
    await expect(query(url, sql)).rejects.toThrow(/append-only/);
    expect(await query(url, 'SELECT actor FROM "AuditEntry"')).toHaveLength(1);
  });

  it.each([
    ['a pod in an unknown state', `INSERT INTO "Pod" (id, name, "custodianId", state) VALUES ('p', 'P', 'a', 'open')`, 'Pod_state_check'],
    ['two living pods of one name', `INSERT INTO "Pod" (id, name, "custodianId", state) VALUES ('p', 'North', 'a', 'active'), ('q', 'NORTH', 'a', 'active')`, 'Pod_name_active_key'],
    ['an unknown role', grant({ role: 'root' }), 'Grant_role_check'],
    ['an epsilon that is no number', grant({ epsilon: "'NaN'" }), 'Grant_epsilonLimit_check'],
    ['an endless epsilon', grant({ epsilon: "'Infinity'" }), 'Grant_epsilonLimit_check'],
    ['an epsilon of zero', grant({ epsilon: '0' }), 'Grant_epsilonLimit_check'],
    ['two living grants for the whole pod', `${grant({ id: 'g1' })}; ${grant({ id: 'g2' })}`, 'Grant_living_key'],
    ['two living grants for a dataset', `${grant({ id: 'g1', dataset: "'d'" })}; ${grant({ id: 'g2', dataset: "'d'" })}`, 'Grant_living_key'],
    ['mail of an unknown kind', `INSERT INTO "Mail" ("podId", kind, body) VALUES ('north', 'spam', '{}')`, 'Mail_kind_check'],
    ['an entry of nobody', `INSERT INTO "AuditEntry" (actor, "actorId", action, subject, detail) VALUES ('god', 'x', 'x', 'x', '{}')`, 'AuditEntry_actor_check'],
    ['an account that owns a pod being deleted', `DELETE FROM "Account"`, 'Pod_custodianId_fkey'],
  ])('refuse %s', async (_what, sql, constraint) => {
    await query(url, `INSERT INTO "Account" (id, email, name, "passwordHash") VALUES ('a', 'a@example.org', 'A', 'x')`);
    await query(url, `INSERT INTO "Pod" (id, name, "custodianId", state) VALUES ('north', 'first', 'a', 'active')`);
    await expect(query(url, sql)).rejects.toMatchObject({ constraint });
  });

  it('allow a name and a grant again once the earlier one is over', async () => {
    await query(url, `INSERT INTO "Account" (id, email, name, "passwordHash") VALUES ('a', 'a@example.org', 'A', 'x')`);
    await query(url, `INSERT INTO "Pod" (id, name, "custodianId", state) VALUES ('old', 'first', 'a', 'removed'), ('north', 'First', 'a', 'active')`);
    await query(url, `${grant({ id: 'g1' })}; UPDATE "Grant" SET "revokedAt" = now(); ${grant({ id: 'g2' })}; ${grant({ id: 'g3', dataset: "'d'" })}`);
    expect(await query(url, 'SELECT id FROM "Grant"')).toHaveLength(3);
  });
});

/** What Prisma's own engine would have to do to the database. In a process of its own: WebAssembly and test realms do not mix. */
async function difference(schemaFile: string): Promise<string> {
  const tool = path.join(root, 'tools/migration/difference.mjs');
  return (await promisify(execFile)(process.execPath, [tool, schemaFile], { env: { ...process.env, DATABASE_URL: url } })).stdout;
}

function grant({ id = 'g', role = 'viewer', epsilon = 'NULL', dataset = 'NULL' }: { id?: string; role?: string; epsilon?: string; dataset?: string }): string {
  return `INSERT INTO "Grant" (id, "podId", "accountId", dataset, role, extras, "epsilonLimit", "startsAt", reason, "createdBy")
    VALUES ('${id}', 'north', 'a', ${dataset}, '${role}', '{}', ${epsilon}, now(), 'a reason', 'a')`;
}
