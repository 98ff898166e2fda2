// The first draft of a migration, without a network: `node tools/migration.mjs NAME` writes prisma/migrations/NNNN_NAME with the SQL
// that leads from the migrations there are to prisma/schema.prisma. `--check` only says whether there is a difference.
// A person reviews the draft and adds what Prisma cannot say: checks, partial indexes, triggers. Needs the hub to be built.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { migrate, migrationsFolder } from '../apps/hub/dist/postgres/migrator.js';
import { startPostgres } from '../apps/hub/dist/postgres/supervisor.js';
import { differenceSql } from './migration/engine.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const [name = ''] = process.argv.slice(2);
const isCheck = name === '--check';
if (!isCheck && !/^[a-z0-9]+(_[a-z0-9]+)*$/.test(name)) {
  process.stderr.write('Usage: node tools/migration.mjs NAME | --check    (NAME in lower case, words joined by _)\n');
  process.exit(2);
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'podnet-migration-'));
const postgres = await startPostgres({ dataDir: path.join(folder, 'postgres'), log: () => undefined });
try {
  await migrate({ url: postgres.url, log: () => undefined });
  const sql = await differenceSql({ url: postgres.url, schema: readFileSync(path.join(root, 'prisma/schema.prisma'), 'utf8') });
  const isEmpty = sql.split('\n').every((line) => line.trim() === '' || line.startsWith('--'));
  if (isEmpty) process.stdout.write('The migrations lead to the schema.\n');
  else if (isCheck) process.stdout.write(sql);
  else process.stdout.write(`Wrote ${write(sql)}. Review it.\n`);
  process.exitCode = isCheck && !isEmpty ? 1 : 0;
} finally {
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}

function write(sql) {
  const numbers = readdirSync(migrationsFolder).map((entry) => Number(/^(\d{4})_/.exec(entry)?.[1] ?? 0));
  const target = path.join(migrationsFolder, `${String(Math.max(0, ...numbers) + 1).padStart(4, '0')}_${name}`);
  mkdirSync(target);
  writeFileSync(path.join(target, 'migration.sql'), sql);
  return path.relative(root, target);
}
