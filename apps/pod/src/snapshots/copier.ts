import { fork } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DatasetConfig, PostgresSource } from '@podnet/contracts';
import { addressOf, type Copied, type CopyWork, type Probe } from '@podnet/engine';
import { Fault, isFaultCode } from '@podnet/errors';
import { programPaths } from '../runner/runner-process.ts';
import type { FromCopier, ToCopier } from './copy-messages.ts';

export interface CopierOptions {
  /** Ends it early. */
  signal?: AbortSignal;
  /** Where the addresses of databases stand. */
  environment?: Readonly<Record<string, string | undefined>>;
  mostMs?: number;
}

type Asked = Pick<DatasetConfig, 'source' | 'ignore'>;

const copyMs = 6 * 3_600_000;
const probeMs = 2 * 60_000;
const entry = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? './copy-main.ts' : './copy-main.js', import.meta.url));

/** Copies the rows of a dataset's database into an empty folder, in a process of its own. **Throws** as `copyRows`, `interrupted`, `runner.*`. */
export async function copyDatabase(dataset: Asked, folder: string, { mostMs = copyMs, ...options }: CopierOptions = {}): Promise<Copied> {
  const said = await converse({ type: 'copy', work: workOf(dataset, options), folder }, { ...options, mostMs }, folder);
  return (said as Extract<FromCopier, { type: 'copied' }>).copied;
}

/** What the database says of the dataset, and what its user may do there. Reads no row. */
export async function askDatabase(dataset: Asked, { mostMs = probeMs, ...options }: CopierOptions = {}): Promise<Probe> {
  const said = await converse({ type: 'probe', work: workOf(dataset, options) }, { ...options, mostMs });
  return (said as Extract<FromCopier, { type: 'probed' }>).probe;
}

function workOf({ source, ignore }: Asked, { environment = process.env }: CopierOptions): CopyWork {
  const { postgres } = source as { postgres: PostgresSource };
  const url = environment[postgres.url_env];
  if (url === undefined || url === '') {
    throw new Fault('config.invalid', `The environment variable ${postgres.url_env}, with the address of the database, is not set.`, { at: 'source.postgres.url_env', hint: `Set it where the pod starts: ${postgres.url_env}=postgresql://…` });
  }
  return { source: postgres, url: addressOf(url), ignore };
}

async function converse(message: ToCopier, { signal, mostMs }: CopierOptions & { mostMs: number }, folder?: string): Promise<FromCopier> {
  signal?.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<FromCopier>();
  const child = fork(entry, [], {
    serialization: 'advanced',
    // The address comes as a message: what stands in the surroundings of a process can be read beside it.
    env: { PATH: process.env['PATH'] ?? '', TZ: 'UTC', POLARS_MAX_THREADS: '1', ...(process.env['SystemRoot'] ? { SystemRoot: process.env['SystemRoot'] } : {}) },
    execArgv: [
      '--max-old-space-size=1024',
      ...(import.meta.url.endsWith('.ts') ? ['--conditions=@podnet/source', '--experimental-transform-types', '--no-warnings'] : []),
      ...confinement(message.work.url, folder),
    ],
    cwd: dirname(entry),
    // What the libraries print could quote what they read.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const stop = (): void => void child.kill('SIGKILL');
  const timer = setTimeout(() => {
    reject(new Fault('runner.deadline', 'The database took too long.'));
    stop();
  }, mostMs);
  signal?.addEventListener('abort', stop);
  child.once('message', (said: FromCopier) => resolve(said));
  child.once('error', () => reject(new Fault('runner.crashed', 'The rows of the database could not be copied.')));
  child.once('exit', () => reject(signal?.aborted ? new Fault('interrupted') : new Fault('runner.crashed', 'The rows of the database could not be copied.', { hint: 'One row may be too large for the memory.' })));
  child.send(message);
  try {
    const said = await promise;
    if (said.type === 'fault') throw new Fault(isFaultCode(said.code) ? said.code : 'internal.unexpected', said.says, { ...(said.at ? { at: said.at } : {}), ...(said.hint ? { hint: said.hint } : {}), cause: said.log });
    return said;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
    stop();
  }
}

/** Of the disk: the program, certificates that the address names, and one folder to write to. */
function confinement(url: string, folder: string | undefined): string[] {
  const { searchParams } = new URL(url);
  const certificates = ['sslrootcert', 'sslcert', 'sslkey'].flatMap((name) => searchParams.getAll(name)).filter((path) => path !== 'system');
  return [
    '--permission', '--allow-addons', '--disable-warning=SecurityWarning',
    ...(process.allowedNodeEnvironmentFlags.has('--allow-net') ? ['--allow-net'] : []),
    ...[...programPaths(entry), ...certificates, ...(folder === undefined ? [] : [folder])].map((path) => `--allow-fs-read=${path}`),
    ...(folder === undefined ? [] : [`--allow-fs-write=${folder}`]),
  ];
}
