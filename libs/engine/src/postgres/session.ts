import type { Client, QueryArrayConfig } from 'pg';
import { Fault } from '@podnet/errors';
import { refusalOf } from './refusal.ts';

/** One result, as texts. **Shape** (rows, fields); null is missing. */
export interface Texts {
  fields: readonly { name: string; type: number }[];
  rows: readonly (readonly (string | null)[])[];
}

/** A connection that only reads, in one transaction that sees one state of the database. */
export interface Reading {
  ask(statement: string, values?: readonly unknown[]): Promise<Texts>;
}

const patienceMs = { connect: 15_000, statement: 10 * 60_000, lock: 10_000 };
const asText = { getTypeParser: () => (text: string) => text };

/** **Throws** `config.invalid` for what is no address of a Postgres. */
export function addressOf(url: string): string {
  let protocol: string | undefined;
  try {
    ({ protocol } = new URL(url));
  } catch {
    // No address at all.
  }
  if (protocol !== 'postgresql:' && protocol !== 'postgres:') {
    throw new Fault('config.invalid', 'The variable does not hold the address of a Postgres database.', { at: 'source.postgres.url_env', hint: 'It looks like postgresql://user:password@host:5432/database.' });
  }
  return url;
}

/**
 * Reads within one transaction and ends it, whatever happens. Statements go one by one over the extended protocol, which takes no second one.
 * **Throws** `config.invalid`, `data.unreadable`, never with a text of the database.
 */
export async function reading<T>(url: string, work: (reading: Reading) => Promise<T>): Promise<T> {
  let client: Client | undefined;
  try {
    const { default: pg } = await import('pg');
    client = new pg.Client({ connectionString: addressOf(url), connectionTimeoutMillis: patienceMs.connect, application_name: 'podnet', keepAlive: true });
    // A connection that breaks fails the statement under way; between two of them nobody else would hear of it.
    client.on('error', () => undefined);
    await client.connect();
    const ask = async (text: string, values?: readonly unknown[]): Promise<Texts> => {
      const { fields, rows } = await client!.query<(string | null)[]>({ text, ...(values ? { values: [...values] } : {}), rowMode: 'array', queryMode: 'extended', types: asText as never } as QueryArrayConfig);
      return { fields: fields.map(({ name, dataTypeID }) => ({ name, type: dataTypeID })), rows };
    };
    await ask('set session characteristics as transaction isolation level repeatable read, read only');
    await ask('set default_transaction_read_only = on');
    await ask('begin isolation level repeatable read, read only');
    for (const [name, value] of settings) await ask('select set_config($1, $2, true)', [name, value]);
    const done = await work({ ask });
    await ask('rollback');
    return done;
  } catch (error) {
    throw refusalOf(error);
  } finally {
    await client?.end().catch(() => undefined);
  }
}

/** How values are written does not depend on how the database is set up. */
const settings: [name: string, value: string][] = [
  ['statement_timeout', String(patienceMs.statement)],
  ['lock_timeout', String(patienceMs.lock)],
  ['idle_in_transaction_session_timeout', String(patienceMs.statement)],
  ['timezone', 'UTC'],
  ['datestyle', 'ISO, YMD'],
  ['intervalstyle', 'iso_8601'],
  ['extra_float_digits', '1'],
  ['bytea_output', 'hex'],
  // All rows are read: the plan should not aim at the first ones.
  ['cursor_tuple_fraction', '1.0'],
];
