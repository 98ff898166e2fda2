import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdir, rm, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { Layout } from './cluster.ts';

/**
 * A server outlives a hub that is killed. For a moment, so that the hub that is started again finds it warm; then a watchdog stops it.
 * The owner's file decides between the two: whoever removes or renames it first has the server, the other leaves it alone.
 */
export interface Ownership {
  /** Takes the server away from the watchdog. False when the watchdog had it already and is stopping the server. */
  giveUp(): Promise<boolean>;
}

/** Waits for the end of its input, which ends with the hub however the hub ends; then for the grace; then stops the server. */
const watchdogScript = `
while read -r line; do :; done
sleep "$1"
mv "$2" "$3" 2>/dev/null || exit 0
pid=$(head -n 1 "$4" 2>/dev/null) || exit 0
if [ "$pid" = "$5" ]; then kill -INT "$pid"; fi
`;

/** Writes the owner's file for the server and sets the watchdog beside it. */
export async function own({ dataDir, cluster }: Layout, pid: number, graceMs: number): Promise<Ownership> {
  const token = randomUUID();
  const file = path.join(dataDir, `owner.${token}`);
  await writeFile(file, `${process.pid}\n`, { mode: 0o600, flag: 'wx' });
  const names = [file, path.join(dataDir, `ending.${token}`), path.join(cluster, 'postmaster.pid')];
  const args = ['-c', watchdogScript, 'podnet-postgres-watchdog', String(graceMs / 1000), ...names, String(pid)];
  const watchdog = spawn('/bin/sh', args, { cwd: '/', detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  watchdog.once('error', () => undefined);
  watchdog.stdin.once('error', () => undefined);
  watchdog.unref();
  (watchdog.stdin as unknown as { unref(): void }).unref();
  return {
    giveUp: async () => {
      const had = await unlink(file).then(() => true, () => false);
      // Its whole group: it may be waiting in `sleep`.
      if (had && watchdog.pid !== undefined) tryKill(-watchdog.pid);
      return had;
    },
  };
}

/** Takes a running server over from hubs that ended. False when a watchdog is stopping it. */
export async function takeOver({ dataDir }: Layout): Promise<boolean> {
  const names = await readdir(dataDir);
  if (names.some((name) => name.startsWith('ending.'))) return false;
  for (const name of names.filter((entry) => entry.startsWith('owner.'))) {
    if (!(await unlink(path.join(dataDir, name)).then(() => true, () => false))) return false;
  }
  return true;
}

/** Removes what owners of an ended server left. Only for when no server runs. */
export async function forgetOwners({ dataDir }: Layout): Promise<void> {
  for (const name of await readdir(dataDir)) {
    if (name.startsWith('owner.') || name.startsWith('ending.')) await rm(path.join(dataDir, name), { force: true });
  }
}

function tryKill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}
