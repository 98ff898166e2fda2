import { readPodFile } from '../config/pod-file.ts';
import { requirePrivate } from '../home/home-folder.ts';
import { loadPins } from '../home/pins.ts';
import { loadPodKeys } from '../home/pod-keys.ts';
import { clearPresence, notePresence } from '../home/presence.ts';
import { openLocalLog } from '../log/local-log.ts';
import { poolOf } from '../runner/pool-of.ts';
import { openStore } from '../store/store.ts';
import { podVersion } from '../version.ts';
import { startAgent } from '../agent/agent.ts';
import { Fault } from '@podnet/errors';
import type { Terminal } from './terminal.ts';

export interface StartOptions {
  config: string;
  /** The process ends when its stdin does. */
  exitWithParent: boolean;
  terminal: Terminal;
}

/**
 * Runs the pod until it is told to stop. Prints one line of JSON when it is ready: `{"ready":true,"podId":…,"name":…,"datasets":[…]}`.
 * **Throws** `config.invalid`, `audit.broken`, `conflict.state`, `data.*` never: a dataset that cannot be read is not published.
 */
export async function start({ config, exitWithParent, terminal }: StartOptions): Promise<void> {
  const file = readPodFile(config);
  requirePrivate(file.home, 'folder');
  const pins = loadPins(file.home);
  const keys = loadPodKeys(file.home);
  if (pins.name !== file.config.name) throw new Fault('config.invalid', `This pod has joined as ${pins.name}, the configuration names it ${file.config.name}.`, { at: 'name', hint: 'Write the name it joined with, or join again with another home.' });
  const log = openLocalLog(file.home);
  const store = openStore(file.home);
  const pool = poolOf(file, log);
  let agent: Awaited<ReturnType<typeof startAgent>> | undefined;
  try {
    store.audit.append('pod.started', pins.podId, { version: podVersion });
    agent = await startAgent({
      file, pins, keys, store, pool, log,
      version: podVersion,
      onReady: () => terminal.out(JSON.stringify({ ready: true, podId: pins.podId, name: pins.name, datasets: file.config.datasets.map(({ name }) => name) })),
      onConnected: () => notePresence(file.home),
      onNotice: (text) => terminal.say(text),
    });
    const why = await Promise.race([asked(exitWithParent), agent.removed.then(() => 'removed' as const)]);
    await agent.stop();
    clearPresence(file.home);
    store.audit.append('pod.stopped', pins.podId, { why });
    if (why === 'removed') throw new Fault('auth.invalid', 'This pod was removed from the hub.');
  } finally {
    await pool.stop();
    store.close();
    log.close();
  }
}

/** Resolves when somebody wants the process to end. */
function asked(exitWithParent: boolean): Promise<'signal' | 'parent'> {
  return new Promise((resolve) => {
    let askedAt: number | undefined;
    const ask = (): void => {
      // Whoever asks twice does not want to wait; one Ctrl-C alone can arrive by terminal and by npm.
      if (askedAt !== undefined && performance.now() - askedAt > 1_000) process.exit(130);
      askedAt ??= performance.now();
      resolve('signal');
    };
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, ask);
    if (!exitWithParent) return;
    process.stdin.once('end', () => resolve('parent'));
    process.stdin.once('close', () => resolve('parent'));
    process.stdin.once('error', () => resolve('parent'));
    process.stdin.resume();
  });
}
