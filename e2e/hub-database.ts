import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';

/** Where a house's hub keeps its Postgres, read off the files that the hub itself needs. */
function urlOf(home: string): string {
  const folder = join(home, 'hub', 'postgres');
  const password = readFileSync(join(folder, 'password'), 'utf8').trim();
  const port = readFileSync(join(folder, 'cluster', 'postmaster.pid'), 'utf8').split('\n')[3]!;
  return `postgresql://podnet:${password}@127.0.0.1:${port}/podnet`;
}

/** Looks into the hub's database beside the hub. */
export async function withHubDatabase<T>(home: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: urlOf(home) });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Everything the hub's database holds, as text. */
export const dump = (home: string): Promise<string> =>
  withHubDatabase(home, async (client) => {
    const { rows: tables } = await client.query<{ name: string }>(`select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public'`);
    let text = '';
    for (const { name } of tables) {
      const { rows } = await client.query<{ row: string }>(`select (t.*)::text as row from ${name} t`);
      text += rows.map(({ row }) => `${row}\n${bytesIn(row)}\n`).join('');
    }
    return text;
  });

/** Columns of bytes are printed in hexadecimal; what they hold counts as well. */
const bytesIn = (row: string): string => [...row.matchAll(/\\?\\?x([0-9a-f]{16,})/g)].map(([, hex]) => Buffer.from(hex!, 'hex').toString('latin1')).join('\n');

/** How many rows tables have. */
export const countRows = (home: string, ...tables: string[]): Promise<number[]> =>
  withHubDatabase(home, async (client) => {
    const counts: number[] = [];
    for (const table of tables) counts.push(Number((await client.query<{ n: string }>(`select count(*) as n from "${table}"`)).rows[0]!.n));
    return counts;
  });
