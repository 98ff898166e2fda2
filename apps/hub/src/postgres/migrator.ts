import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { Fault } from '@podnet/errors';
import pg from 'pg';

export interface MigrationOptions {
  /** Connection string of the database. */
  url: string;
  log: (line: string) => void;
  /** The folder of migrations: one folder each, applied in the order of their names. */
  folder?: string;
}

interface Migration {
  name: string;
  sql: string;
  checksum: string;
}

interface AppliedRow {
  name: string;
  checksum: string;
  finished: boolean;
}

/** The repository's own; the same way up from `src` and from `dist`. */
export const migrationsFolder = fileURLToPath(new URL('../../../../prisma/migrations', import.meta.url));

/** The lock that `prisma migrate deploy` takes, so that the two never work at once. */
const migrationLock = 72_707_369;
const lockTimeoutMs = 30_000;

const historyTable = `
CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
    "id" VARCHAR(36) PRIMARY KEY NOT NULL,
    "checksum" VARCHAR(64) NOT NULL,
    "finished_at" TIMESTAMPTZ,
    "migration_name" VARCHAR(255) NOT NULL,
    "logs" TEXT,
    "rolled_back_at" TIMESTAMPTZ,
    "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(),
    "applied_steps_count" INTEGER NOT NULL DEFAULT 0
)`;

/**
 * Brings the database to the newest migration and returns the names of those it applied. Each runs in one transaction with its line
 * in the history, so a hub killed half-way has either or neither. The history is Prisma's, so `prisma migrate deploy` agrees with it.
 *
 * **Throws** `conflict.state` when the database's history is not a beginning of ours.
 */
export async function migrate({ url, log, folder = migrationsFolder }: MigrationOptions): Promise<string[]> {
  const migrations = await readMigrations(folder);
  const client = new pg.Client({ connectionString: url, application_name: 'podnet-migrator' });
  client.on('error', () => undefined);
  await client.connect().catch((cause: unknown) => {
    throw new Fault('internal.unavailable', 'The database cannot be reached.', { hint: 'Is DATABASE_URL right, and does the server run?', cause });
  });
  try {
    if (pending(migrations, await readHistory(client)).length === 0) return [];
    await takeLock(client);
    await client.query(historyTable);
    const due = pending(migrations, await readHistory(client));
    for (const migration of due) {
      await apply(client, migration);
      log(`Applied migration ${migration.name}.`);
    }
    return due.map(({ name }) => name);
  } finally {
    // The lock belongs to the session and ends with it.
    await client.end().catch(() => undefined);
  }
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name).sort();
  return Promise.all(names.map(async (name) => {
    const bytes = await readFile(path.join(folder, name, 'migration.sql'));
    return { name, sql: bytes.toString('utf8'), checksum: createHash('sha256').update(bytes).digest('hex') };
  }));
}

async function readHistory(client: pg.Client): Promise<AppliedRow[]> {
  try {
    const { rows } = await client.query<AppliedRow>(`
      SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished
      FROM "_prisma_migrations" WHERE rolled_back_at IS NULL`);
    return rows;
  } catch (error) {
    if ((error as { code?: string }).code === '42P01') return [];
    throw error;
  }
}

/** Those that are not in the history yet. */
function pending(migrations: readonly Migration[], history: readonly AppliedRow[]): Migration[] {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const { name, checksum, finished } of history) {
    const migration = known.get(name);
    if (migration === undefined) {
      throw new Fault('conflict.state', `The database has a migration that this hub does not know: ${name}.`, { at: name, hint: 'It was written by a newer hub: start that one.' });
    }
    if (!finished) {
      throw new Fault('conflict.state', `Migration ${name} was begun by another tool and did not finish.`, { at: name, hint: 'Mend it by prisma migrate resolve, then start the hub again.' });
    }
    if (migration.checksum !== checksum) {
      throw new Fault('conflict.state', `Migration ${name} is not the one that was applied.`, { at: name, hint: 'A released migration is never edited: restore the file.' });
    }
  }
  const applied = new Set(history.map(({ name }) => name));
  const due = migrations.filter(({ name }) => !applied.has(name));
  const last = [...applied].sort().at(-1);
  const early = due.find(({ name }) => last !== undefined && name < last);
  if (early !== undefined) {
    throw new Fault('conflict.state', `Migration ${early.name} would have to come before one that was applied.`, { at: early.name, hint: 'Give it a later number.' });
  }
  return due;
}

async function takeLock(client: pg.Client): Promise<void> {
  await client.query(`SET lock_timeout = ${lockTimeoutMs}`);
  await client.query('SELECT pg_advisory_lock($1)', [migrationLock]).catch((cause: { code?: string }) => {
    if (cause.code !== '55P03') throw cause;
    throw new Fault('internal.unavailable', 'Another process is changing the database and does not end.', { cause });
  });
}

async function apply(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  try {
    await client.query('BEGIN');
    await client.query(sql);
    await client.query(
      `INSERT INTO "_prisma_migrations" (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query('COMMIT');
  } catch (cause) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw new Fault('internal.unavailable', `Migration ${name} cannot be applied; the database is as it was.`, { at: name, cause });
  }
}
