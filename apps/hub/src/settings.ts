import path from 'node:path';
import { Fault } from '@podnet/errors';
import { z } from 'zod';

/** Everything the hub can be told from outside. Documented in docs/hub-settings.md. */
export interface Settings {
  /** Folder of the hub's own files: signing key, embedded database. */
  home: string;
  host: string;
  /** 0: any free port. */
  port: number;
  /** Absent: the embedded Postgres. */
  databaseUrl: string | undefined;
  databasePool: number;
  /** What pods and modellers know this hub by; part of everything it signs. */
  name: string;
  logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** File that receives the one-time setup token (0600), for unattended installations. */
  setupTokenFile: string | undefined;
  /** Wrong attempts within a minute, on a guarded route, from one address and for one account. */
  attemptsPerMinute: number;
  /** Reverse proxies in front of the hub whose `X-Forwarded-For` is believed. */
  trustedProxies: number;
  /** When given, `/metrics` wants it as a bearer token. */
  metricsToken: string | undefined;
  /** How long a stopping hub waits for what is under way. */
  drainMs: number;
}

/** Injection token of the settings. */
export const settingsToken = Symbol('settings');

const whole = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(least).max(most));
const filled = z.string().min(1).max(1_000);

const variables = {
  PODNET_HUB_HOME: filled.default('.podnet/hub'),
  PODNET_HUB_HOST: filled.default('127.0.0.1'),
  PODNET_HUB_PORT: whole(0, 65_535).default(4400),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\/./, 'must begin with postgresql://')
    .optional(),
  PODNET_DATABASE_POOL: whole(2, 100).default(10),
  PODNET_HUB_NAME: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,99}$/, 'must be letters, digits, spaces, dots, hyphens and underscores')
    .default('podnet'),
  PODNET_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  PODNET_SETUP_TOKEN_FILE: filled.optional(),
  PODNET_ATTEMPTS_PER_MINUTE: whole(1, 1_000_000).default(10),
  PODNET_TRUSTED_PROXIES: whole(0, 10).default(0),
  PODNET_METRICS_TOKEN: z.string().min(16, 'must have at least 16 characters').max(200).optional(),
  PODNET_DRAIN_MS: whole(0, 60_000).default(5_000),
};

/** Names of all variables, for the documentation and its spec. */
export const settingNames = Object.keys(variables);

/** Reads the settings. **Throws** `config.invalid` at the first variable that is not usable. */
export function readSettings(environment: Record<string, string | undefined>): Settings {
  const given = Object.fromEntries(settingNames.filter((name) => environment[name] !== undefined && environment[name] !== '').map((name) => [name, environment[name]]));
  const read = z.object(variables).safeParse(given);
  if (!read.success) {
    const issue = read.error.issues[0]!;
    const name = String(issue.path[0]);
    throw new Fault('config.invalid', `The setting ${name} is not usable: ${issue.message.replace(/^Invalid \w+: /, '')}.`, { at: name, hint: 'See docs/hub-settings.md.' });
  }
  const v = read.data;
  return {
    home: path.resolve(v.PODNET_HUB_HOME),
    host: v.PODNET_HUB_HOST,
    port: v.PODNET_HUB_PORT,
    databaseUrl: v.DATABASE_URL,
    databasePool: v.PODNET_DATABASE_POOL,
    name: v.PODNET_HUB_NAME,
    logLevel: v.PODNET_LOG_LEVEL,
    setupTokenFile: v.PODNET_SETUP_TOKEN_FILE === undefined ? undefined : path.resolve(v.PODNET_SETUP_TOKEN_FILE),
    attemptsPerMinute: v.PODNET_ATTEMPTS_PER_MINUTE,
    trustedProxies: v.PODNET_TRUSTED_PROXIES,
    metricsToken: v.PODNET_METRICS_TOKEN,
    drainMs: v.PODNET_DRAIN_MS,
  };
}
