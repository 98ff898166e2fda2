import { Fault, isFault } from '@podnet/errors';
import { loadSqlParser, type SqlParser } from '@podnet/plan/sql';

let reader: SqlParser | null = null;

/**
 * Loads what elements need before they are used: the reader of SQL, once for each process. Where it cannot be loaded, as in browsers, SQL goes to the pods
 * unread, and what has to read it is refused.
 */
export async function prepareElements(): Promise<void> {
  try {
    reader ??= await loadSqlParser();
  } catch (error) {
    if (!isFault(error) || error.code !== 'usage.unsupported') throw error;
  }
}

/** Null where it is not loaded. */
export const sqlReaderIfAny = (): SqlParser | null => reader;

/** **Throws** `usage.unsupported` where it is not loaded. */
export function sqlReader(): SqlParser {
  if (reader === null) throw new Fault('usage.unsupported', 'SQL cannot be read here.', { at: 'algorithm.sql', hint: 'Ask every pod for its own answer (combine: each), or send a plan.' });
  return reader;
}
