import { pino, type DestinationStream, type Logger } from 'pino';
import type { Settings } from '../settings.ts';

/** Injection token of the hub's logger. */
export const logToken = Symbol('log');

/** Names under which a secret could ever stand in a log record; what they hold is never written. */
const secrets = ['authorization', 'token', 'accessToken', 'refreshToken', 'joinCode', 'password', 'passwordHash', 'current', 'next', 'cookie', 'secret', 'd', 'url', 'databaseUrl'];

/** One JSON line for each event, on stderr: stdout belongs to the ready line. */
export function makeLog({ logLevel }: Pick<Settings, 'logLevel'>, stream: DestinationStream = process.stderr): Logger {
  return pino(
    {
      level: logLevel,
      base: { part: 'hub' },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: [...secrets, ...secrets.map((name) => `*.${name}`), ...secrets.map((name) => `*.*.${name}`)], censor: '[secret]' },
    },
    stream,
  );
}
