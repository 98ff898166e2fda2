// `DATABASE_URL=… node tools/migration/difference.mjs SCHEMA_FILE` prints the SQL that leads from the database to the schema.
import { readFileSync } from 'node:fs';

import { differenceSql } from './engine.mjs';

const [schemaFile] = process.argv.slice(2);
const url = process.env.DATABASE_URL;
if (schemaFile === undefined || url === undefined) {
  process.stderr.write('Usage: DATABASE_URL=… node tools/migration/difference.mjs SCHEMA_FILE\n');
  process.exit(2);
}
process.stdout.write(await differenceSql({ url, schema: readFileSync(schemaFile, 'utf8') }));
