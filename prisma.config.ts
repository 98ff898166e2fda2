import { defineConfig } from 'prisma/config';

// Prisma downloads its schema engine from a host that may be closed, and then every command fails. These three commands never
// run the engine, they only insist on a path to one. Never for `migrate`: it would do nothing and say nothing.
const command = process.argv[2];
if (command === 'generate' || command === 'validate' || command === 'format') {
  process.env['PRISMA_SCHEMA_ENGINE_BINARY'] ??= process.execPath;
}

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
});
