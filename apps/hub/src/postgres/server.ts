import { spawn } from 'node:child_process';
import { open, readFile, rm } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { Fault } from '@podnet/errors';

import type { ServerAccount } from './account.ts';
import type { Binaries } from './binaries.ts';
import { pathFor, serverEnvironment, type Layout } from './cluster.ts';
import { isRunning } from './process.ts';

/** What a running server says of itself in `postmaster.pid`. */
export interface RunningServer {
  pid: number;
  port: number;
  status: 'starting' | 'ready' | 'stopping';
}

const pollMs = 5;
const startDeadlineMs = 60_000;
const fastStopMs = 10_000;
const immediateStopMs = 3_000;

const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  // What was acknowledged is on the disk.
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  // Nobody replicates from it.
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_logical_replication_workers: '0',
  max_parallel_workers: '0',
  max_wal_size: '256MB',
  jit: 'off',
  // Errors and their statements can carry values; they go to the client that made them, not into a log.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_checkpoints: 'off',
  logging_collector: 'off',
  log_destination: 'stderr',
};

/** The server that runs on the cluster, if one does. A file left by a killed one does not count. */
export async function findServer({ cluster }: Layout): Promise<RunningServer | undefined> {
  const text = await readFile(path.join(cluster, 'postmaster.pid'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  if (!isRunning(pid, 'postgres')) return undefined;
  const word = lines[7]?.trim();
  return { pid, port: Number(lines[3]), status: word === 'ready' ? 'ready' : word === 'stopping' ? 'stopping' : 'starting' };
}

/** Starts a server on a stopped cluster and resolves once it takes connections, or to undefined when it ended instead. */
export async function launchServer(layout: Layout, account: ServerAccount, { postgres }: Binaries, port: number): Promise<RunningServer | undefined> {
  // Left by a killed server whose id another program has by now: Postgres itself would take that program for the server.
  if ((await findServer(layout)) === undefined) await rm(path.join(layout.cluster, 'postmaster.pid'), { force: true });
  const output = await open(layout.log, 'w', 0o600);
  try {
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const child = spawn(postgres, ['-D', await pathFor(account, layout.cluster), '-p', String(port), ...flags], {
      cwd: layout.cluster,
      env: serverEnvironment(),
      stdio: ['ignore', output.fd, output.fd],
      // Its own session: Ctrl-C in the hub's terminal reaches the hub, which stops the server when it needs it no more.
      detached: true,
      ...account,
    });
    let ended = false;
    child.once('exit', () => (ended = true));
    child.once('error', () => (ended = true));
    child.unref();
    for (const deadline = Date.now() + startDeadlineMs; Date.now() < deadline && !ended; ) {
      const server = await findServer(layout);
      if (server?.pid === child.pid && server?.status === 'ready') return server;
      await pause(pollMs);
    }
    if (ended) return undefined;
    child.kill('SIGQUIT');
    throw new Fault('internal.unavailable', 'The embedded Postgres did not become ready in a minute.', { at: layout.log });
  } finally {
    await output.close();
  }
}

/** Ends a server: open transactions are rolled back, the cluster is left clean. */
export async function stopServer(pid: number): Promise<void> {
  for (const [signal, patienceMs] of [['SIGINT', fastStopMs], ['SIGQUIT', immediateStopMs], ['SIGKILL', immediateStopMs]] as const) {
    if (!isRunning(pid, 'postgres')) return;
    process.kill(pid, signal);
    if (await waitForEnd(pid, patienceMs)) return;
  }
}

async function waitForEnd(pid: number, patienceMs: number): Promise<boolean> {
  for (const deadline = Date.now() + patienceMs; Date.now() < deadline; await pause(pollMs)) {
    if (!isRunning(pid, 'postgres')) return true;
  }
  return false;
}

/** A port of 127.0.0.1 that nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as net.AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
