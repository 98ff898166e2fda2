import { Fault, isFault, type FaultCode } from '@podnet/errors';

/** By SQLSTATE, or its class; by the code of the system. **Source** PostgreSQL 17, Appendix A. */
const sentences: Readonly<Record<string, [sentence: string, hint: string, code?: FaultCode]>> = {
  '28': ['The database does not let this user in.', 'Check user and password in the address.'],
  '3D000': ['The address names a database that is not there.', 'Check the address.'],
  '3F000': ['There is no such schema.', 'Check the name of the table.'],
  '42P01': ['There is no such table, or this user may not see it.', 'Check its name, with its schema.'],
  '42501': ['This user may not read what the source names.', 'Let the user read it: GRANT SELECT.'],
  '42': ['The database does not understand what is asked of it.', 'Try the query with psql first.'],
  '25006': ['The query tries to write.', 'A source only reads.', 'config.invalid'],
  '57014': ['The database took too long.', 'Ask for less, or in a simpler way.'],
  '55P03': ['Somebody else holds the table.', 'Try again later.'],
  '53': ['The database has no room for one more reader.', 'Try again later.'],
  '57': ['The database ended the connection.', 'Try again later.'],
  '08': ['The connection to the database broke.', 'Try again later.'],
  '40': ['The database could not keep one state of the rows for so long.', 'Try again later.'],
  '22': ['The query fails on a value.', 'Try the query with psql first.'],
};

const unreachable = ['The database cannot be reached.', 'Check host, port and the network in between.'] as const;

/**
 * What went wrong at the database, in words of ours: theirs quote addresses, statements and values. Nothing of them is kept but the code, not
 * even for the local log.
 */
export function refusalOf(error: unknown): Fault {
  if (isFault(error)) return error;
  const code = codeOf(error);
  if (code !== undefined && /^[0-9A-Z]{5}$/.test(code)) {
    const [sentence, hint, fault = 'data.unreadable'] = sentences[code] ?? sentences[code.slice(0, 2)] ?? ['The database refuses what is asked of it.', 'Try it with psql first.'];
    return new Fault(fault, sentence, { hint, cause: `SQLSTATE ${code}` });
  }
  if (code !== undefined && /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO|ALTNAME/.test(code)) {
    return new Fault('data.unreadable', 'The database’s certificate is not one that is trusted here.', { hint: 'Name the authority in the address: sslrootcert=FILE.', cause: code });
  }
  if (error instanceof Error && /does not support SSL/.test(error.message)) return new Fault('data.unreadable', 'The database does not speak TLS, and the address asks for it.', { hint: 'Turn it on at the database; sslmode=disable only on the same machine.' });
  return new Fault('data.unreadable', unreachable[0], { hint: unreachable[1], ...(code === undefined ? {} : { cause: code }) });
}

/** Only what has the shape of a code. */
function codeOf(error: unknown): string | undefined {
  const { code, errors } = (error ?? {}) as { code?: unknown; errors?: unknown[] };
  const found = code ?? ((errors ?? [])[0] as { code?: unknown } | undefined)?.code;
  return typeof found === 'string' && /^[A-Z0-9_]{1,60}$/.test(found) ? found : undefined;
}
