import { Fault } from '@podnet/errors';

/** Prisma: cannot reach, timed out, connection closed, no connection free. */
const unreachable = new Set(['P1000', 'P1001', 'P1002', 'P1003', 'P1008', 'P1011', 'P1017', 'P2024', 'P2028', 'P2037']);
/** Postgres: 08 (connection), 28 and 3D (not let in), 53 (resources), 55000 (takes no connections), 57P (shutdown); and the sockets below. */
const unreachableState = /^(08|28|3D|53[03]|55000|57P)|^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)/;
const unreachableKind = /^(DatabaseNotReachable|ConnectionClosed|SocketTimeout|TooManyConnections|DatabaseDoesNotExist|AuthenticationFailed|TlsConnectionError)$/;
const conflictKind = 'TransactionWriteConflict';

interface Like {
  name?: unknown;
  code?: unknown;
  message?: unknown;
  meta?: { driverAdapterError?: unknown };
  cause?: unknown;
  kind?: unknown;
  originalCode?: unknown;
}

/** The error and what stands behind it; Prisma wraps the adapter's errors, the adapter those of the driver. */
function layers(error: unknown): Like[] {
  const found: Like[] = [];
  for (let next = error; typeof next === 'object' && next !== null && found.length < 6; ) {
    const layer = next as Like;
    found.push(layer);
    next = layer.meta?.driverAdapterError ?? layer.cause;
  }
  return found;
}

const codes = (error: unknown): string[] => layers(error).flatMap(({ code, kind, originalCode }) => [code, kind, originalCode].filter((text) => typeof text === 'string'));

/** Two transactions got in each other's way: the same work again will do. */
export const isConflict = (error: unknown): boolean => codes(error).some((code) => code === 'P2034' || code === '40001' || code === '40P01' || code === conflictKind);

/** A unique constraint was broken. */
export const isDuplicate = (error: unknown): boolean => codes(error).some((code) => code === 'P2002' || code === '23505');

/** What an error of the database means for a caller; undefined for an error that is not the database's. */
export function databaseFault(error: unknown): Fault | undefined {
  const found = codes(error);
  if (found.some((code) => code === '53100' || code === '25006')) return new Fault('internal.storage-full', undefined, { cause: error });
  if (isConflict(error) || found.some((code) => unreachable.has(code) || unreachableState.test(code) || unreachableKind.test(code)) || isLostConnection(error)) {
    return new Fault('internal.unavailable', undefined, { retryAfter: 2, cause: error });
  }
  return undefined;
}

/** Errors of the driver that carry no code. */
function isLostConnection(error: unknown): boolean {
  return layers(error).some(({ message }) => typeof message === 'string' && /^(Connection terminated|timeout exceeded when trying to connect|Cannot use a pool after calling end)/.test(message));
}
