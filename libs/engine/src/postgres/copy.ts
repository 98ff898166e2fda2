import { memoryBytes, type PostgresSource, type PublishedColumn } from '@podnet/contracts';
import { Fault } from '@podnet/errors';
import { checkNames } from '../csv-shape.ts';
import { loadPolars } from '../polars.ts';
import { typesOf, type ColumnType } from './column-types.ts';
import { PartWriter, type Written } from './part-writer.ts';
import { reading, type Reading } from './session.ts';
import { statementOf } from './statement.ts';

export interface Copied extends Written {
  /** As the database says: what they hold does not change it. */
  columns: Probe['columns'];
}

export interface CopyWork {
  source: PostgresSource;
  /** The address, with its password: from the environment, never from a file. */
  url: string;
  ignore: readonly string[];
}

/** What a database says of a source without a row being read. */
export interface Probe {
  columns: { name: string; kind: PublishedColumn['kind']; times?: true }[];
  /** The user could change something there. */
  canWrite: boolean;
}

/** Rows of one round trip at first; then as many as take about `batchSize` characters. */
const firstRows = 100;
const mostRows = 20_000;
const batchSize = 4 * 2 ** 20;

/**
 * Copies the rows of a table or query into Parquet files in an empty folder, in batches, as one state of the database. When it fails, what is in
 * the folder is of no use. Loads the native library.
 * **Throws** `config.invalid`, `data.unreadable`, `data.duplicate-column`, `internal.storage-full`.
 */
export async function copyRows({ source, url, ignore }: CopyWork, folder: string): Promise<Copied> {
  const pl = await loadPolars();
  return reading(url, async (session) => {
    const columns = await openCursor(session, source, ignore);
    const writer = new PartWriter(pl, columns, folder, memoryBytes(source.max_size));
    for (let count = firstRows; ; ) {
      const { rows } = await session.ask(`fetch forward ${count} from podnet_rows`);
      if (rows.length === 0) return { ...writer.end(), columns: columns.map(kindOf) };
      writer.add(rows);
      const size = rows.reduce((sum, row) => sum + row.reduce((length, cell) => length + (cell?.length ?? 0) + 8, 0), 0);
      count = Math.max(1, Math.min(mostRows, count * 4, Math.floor(batchSize / (size / rows.length))));
    }
  });
}

/** Looks at a source and at what its user may do. **Throws** as `copyRows`. */
export function probeDatabase({ source, url, ignore }: CopyWork): Promise<Probe> {
  return reading(url, async (session) => {
    const columns = await openCursor(session, source, ignore);
    return { columns: columns.map(kindOf), canWrite: await canWrite(session) };
  });
}

const kindOf = ({ name, type }: { name: string; type: ColumnType }): Probe['columns'][number] => ({ name, kind: type.kind, ...(type.hasTimes ? { times: true } : {}) });

async function openCursor(session: Reading, source: PostgresSource, ignore: readonly string[]): Promise<{ name: string; type: ColumnType }[]> {
  const statement = await statementOf(source, (table) => primaryKey(session, table));
  await session.ask(`declare podnet_rows no scroll cursor for ${statement}`);
  const { fields } = await session.ask('fetch forward 0 from podnet_rows');
  if (fields.length === 0) throw new Fault('data.empty', 'The source has no columns.');
  checkNames(fields.map(({ name }) => name));
  const types = await typesOf(session, fields, ignore);
  return fields.map(({ name }, i) => ({ name, type: types[i]! }));
}

async function primaryKey(session: Reading, table: string): Promise<string[]> {
  const { rows } = await session.ask(
    `select a.attname::text from pg_catalog.pg_index i, unnest(i.indkey) with ordinality as k(number, place), pg_catalog.pg_attribute a
      where i.indrelid = to_regclass($1) and i.indisprimary and a.attrelid = i.indrelid and a.attnum = k.number order by k.place`,
    [table],
  );
  return rows.map(([name]) => name!);
}

/** Whether the user could change rows, tables or schemas of this database, or give itself the right to. */
async function canWrite(session: Reading): Promise<boolean> {
  // Who has taken on a smaller role can go back to the one that signed in.
  const { rows } = await session.ask(`
    select bool_or(may) from (values (current_user), (session_user)) as one(who), lateral (values
      ((select rolsuper or rolcreaterole from pg_catalog.pg_roles where rolname = who)),
      (has_database_privilege(who, current_database(), 'CREATE')),
      (exists (select from pg_catalog.pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema' and has_schema_privilege(who, oid, 'CREATE'))),
      (exists (select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p', 'v', 'f') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and has_table_privilege(who, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')))
    ) as right_to(may)`);
  return rows[0]?.[0] === 't';
}
