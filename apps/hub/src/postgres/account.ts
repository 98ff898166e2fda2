import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';

import { Fault } from '@podnet/errors';

/** The system account that runs the server; undefined means: the one that runs the hub. */
export type ServerAccount = { uid: number; gid: number } | undefined;

/**
 * Postgres refuses to run as root. A hub run by root hands the server to the account that owns its files already, to `postgres`, or
 * to `nobody`.
 */
export async function serverAccount(clusterFolder: string): Promise<ServerAccount> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(clusterFolder).catch(() => undefined);
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const lines = (await readFile('/etc/passwd', 'utf8').catch(() => '')).split('\n').map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = lines.find(([account]) => account === name) ?? [];
    if (uid !== undefined && gid !== undefined && Number(uid) !== 0) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Fault('config.invalid', 'Postgres does not run as root, and this machine has no account postgres or nobody to run it.', {
    hint: 'Run the hub as another user, or set DATABASE_URL to a Postgres server of your own.',
  });
}

/** Whether the account may walk down to the folder. Access lists beyond owner, group and others are not looked at. */
export async function canReach(account: ServerAccount, folder: string): Promise<boolean> {
  if (account === undefined) return true;
  for (let place = path.resolve(folder); ; place = path.dirname(place)) {
    const { mode, uid, gid } = await stat(place);
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (place === path.dirname(place)) return true;
  }
}
