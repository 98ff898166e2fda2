// Prisma's schema engine as WASM over a live database: says what SQL leads from what the database has to what the schema wants.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import pg from 'pg';

/** SQL that turns the database at `url` into what the schema says; a comment alone when it is that already. */
export async function differenceSql({ url, schema }) {
  const engineModule = await loadEngine();
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  const files = [{ path: 'schema.prisma', content: schema }];
  const adapter = bindMigrationAwareSqlAdapterFactory(knowingOneLetterColumns(pool));
  const engine = await engineModule.SchemaEngine.new({ datamodels: files.map(({ path, content }) => [path, content]) }, () => undefined, adapter);
  try {
    const { stdout } = await engine.diff({
      from: { tag: 'schemaDatasource', files, configDir: process.cwd() },
      to: { tag: 'schemaDatamodel', files },
      script: true,
      exitCode: null,
      shadowDatabaseUrl: null,
      filters: { externalTables: [], externalEnums: [] },
    });
    return stdout ?? '';
  } finally {
    engine.free();
    await pool.end();
  }
}

const oneLetter = 18;
const text = 25;

/**
 * Postgres' catalogue has columns of an internal one-letter type that the adapter refuses. They are passed by it as texts and given
 * their true type afterwards. The engine asks one question at a time, so the last answer is the one being translated.
 */
function knowingOneLetterColumns(pool) {
  let oneLetterColumns = [];
  const query = pool.query.bind(pool);
  pool.query = async (...args) => {
    const result = await query(...args);
    oneLetterColumns = (result.fields ?? []).flatMap(({ dataTypeID }, index) => (dataTypeID === oneLetter ? [index] : []));
    for (const index of oneLetterColumns) result.fields[index].dataTypeID = text;
    return result;
  };
  const factory = new PrismaPg(pool);
  const connect = factory.connect.bind(factory);
  factory.connect = async () => {
    const adapter = await connect();
    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (question) => {
      const answer = await queryRaw(question);
      for (const index of oneLetterColumns) answer.columnTypes[index] = ColumnTypeEnum.Character;
      return answer;
    };
    return adapter;
  };
  return factory;
}

/** The package is made for bundlers: it imports its WASM as a module, which Node does by hand. */
async function loadEngine() {
  const glue = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  const file = fileURLToPath(import.meta.resolve('@prisma/schema-engine-wasm/schema_engine_bg')).replace(/\.js$/, '.wasm');
  const { instance } = await WebAssembly.instantiate(readFileSync(file), { './schema_engine_bg.js': glue });
  // Where a panic of the engine leaves its text before it ends.
  globalThis.PRISMA_WASM_PANIC_REGISTRY ??= { set_message: (message) => process.stderr.write(`${message}\n`) };
  glue.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return glue;
}
