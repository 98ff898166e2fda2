import type { PostgresSource } from '@podnet/contracts';
import { Fault } from '@podnet/errors';

const at = 'source.postgres.query';
/** What a tree of a query may not hold: everything that writes, or locks rows of others. */
const writing = new Set(['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt', 'intoClause', 'IntoClause', 'lockingClause']);

/**
 * The SELECT of a query as its custodian wrote it, looked at by Postgres' own parser. The transaction that runs it is read only besides.
 * **Throws** `config.invalid`, without a word of the text.
 */
export async function selectOf(query: string): Promise<string> {
  const { parse } = await import('libpg-query');
  let statements: { stmt?: object }[];
  try {
    statements = (await parse(query)).stmts ?? [];
  } catch {
    throw new Fault('config.invalid', 'The query is not SQL as Postgres reads it.', { at, hint: 'Try it with psql first.' });
  }
  const [statement] = statements;
  if (statements.length !== 1 || !statement?.stmt || !('SelectStmt' in statement.stmt)) throw new Fault('config.invalid', 'The query is not one SELECT.', { at });
  if (holds(statement.stmt, writing)) throw new Fault('config.invalid', 'The query would write, or lock rows.', { at, hint: 'A SELECT without INTO, FOR UPDATE and statements that change rows is read.' });
  return query;
}

function holds(tree: unknown, keys: ReadonlySet<string>): boolean {
  // Trees can be deeper than a stack.
  const waiting: unknown[] = [tree];
  while (waiting.length > 0) {
    const node = waiting.pop();
    if (typeof node !== 'object' || node === null) continue;
    for (const [key, value] of Object.entries(node)) {
      if (keys.has(key)) return true;
      waiting.push(value);
    }
  }
  return false;
}

/** A name as Postgres reads it: `Clinic."My visits"` is schema `clinic`, table `My visits`. Fits what `pod.yaml` lets through. */
export function tableParts(table: string): string[] {
  return [...table.matchAll(/"((?:[^"]|"")*)"|([^".]+)/g)].map(([, quoted, plain]) => (quoted === undefined ? plain!.toLowerCase() : quoted.replaceAll('""', '"')));
}

/** Always in quotes: nothing in a name is ever read as SQL. */
export const quoted = (parts: readonly string[]): string => parts.map((part) => `"${part.replaceAll('"', '""')}"`).join('.');

/** What is asked of a source. Rows of a table come by its primary key, so that they keep their order from one copy to the next. */
export async function statementOf({ table, query }: PostgresSource, keyOf: (table: string) => Promise<readonly string[]>): Promise<string> {
  if (table === undefined) return selectOf(query!);
  const name = quoted(tableParts(table));
  const key = await keyOf(name);
  return `select * from ${name}${key.length > 0 ? ` order by ${key.map((column) => quoted([column])).join(', ')}` : ''}`;
}
