import { Fault } from '@podnet/errors';

/** Why Postgres' parser did not read a text. Its own words stay behind; `character` is the place, null when it gave up. */
export class SqlMistake extends Error {
  readonly character: number | null;

  constructor(character: number | null) {
    super('SQL that cannot be read');
    this.character = character;
  }
}

/** A name that bundlers for browsers do not follow: the package is made for Node. */
const parserPackage: string = 'libpg-query';

/** Postgres' own parser. `parse` gives its raw parse tree, or throws a `SqlMistake`. */
export interface SqlParser {
  parse(sql: string): unknown;
}

/**
 * Loads Postgres' parser (libpg-query, WASM) once; afterwards parsing needs no waiting. Not for browsers: there a query travels as text and the
 * pod reads it. **Throws** `usage.unsupported` where it cannot be loaded.
 */
export async function loadSqlParser(): Promise<SqlParser> {
  const library = await (import(parserPackage) as Promise<typeof import('libpg-query')>).catch((cause: unknown) => {
    throw new Fault('usage.unsupported', 'The reader of SQL cannot be loaded here.', { cause });
  });
  await library.loadModule();
  return {
    parse: (sql) => {
      try {
        return library.parseSync(sql);
      } catch (error) {
        const details = library.hasSqlDetails(error) ? error.sqlDetails : undefined;
        throw new SqlMistake(details === undefined || details.message.startsWith('memory exhausted') ? null : details.cursorPosition);
      }
    },
  };
}
