import { chmod, mkdir, mkdtemp, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { canReach } from './account.ts';
import { findBinaries, hydrateSymlinks, linkedCopy } from './binaries.ts';

const isRoot = process.getuid?.() === 0;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'podnet-binaries-spec-'));
  await chmod(folder, 0o755);
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the Postgres of the dependencies', () => {
  it('is found, and can be run', async () => {
    for (const file of Object.values(await findBinaries(undefined))) expect((await stat(file)).mode & 0o111).toBe(0o111);
  });

  it('gets the links that npm packages cannot carry, whether or not its install script ran', async () => {
    await mkdir(path.join(folder, 'native/lib'), { recursive: true });
    await writeFile(path.join(folder, 'native/lib/libx.so.1.2'), 'library');
    const links = ['libx.so', 'libx.so.1'].map((name) => ({ source: 'native/lib/libx.so.1.2', target: `native/lib/${name}` }));
    await writeFile(path.join(folder, 'native/pg-symlinks.json'), JSON.stringify(links));
    await hydrateSymlinks(folder);
    await hydrateSymlinks(folder);
    expect(await readlink(path.join(folder, 'native/lib/libx.so'))).toBe('libx.so.1.2');
    expect(await readFile(path.join(folder, 'native/lib/libx.so.1'), 'utf8')).toBe('library');
  });

  it('is linked, links included, into a folder that others can reach, once', async () => {
    const native = path.join(folder, 'closed/native');
    await mkdir(path.join(native, 'bin'), { recursive: true });
    await writeFile(path.join(native, 'bin/postgres'), 'program', { mode: 0o755 });
    await symlink('postgres', path.join(native, 'bin/alias'));
    await chmod(path.join(folder, 'closed'), 0o700);
    const cache = path.join(folder, 'cache');
    const first = await linkedCopy(native, '17.0', cache);
    expect(await readFile(path.join(first, 'bin/alias'), 'utf8')).toBe('program');
    expect((await stat(path.join(first, 'bin/postgres'))).ino).toBe((await stat(path.join(native, 'bin/postgres'))).ino);
    expect(await canReach({ uid: 65_534, gid: 65_534 }, path.join(first, 'bin'))).toBe(true);
    const { ino } = await stat(first);
    const second = await linkedCopy(native, '17.0', cache);
    // Only root's own folder is trusted from one start to the next.
    expect((await stat(second)).ino === ino).toBe(isRoot);
    if (!isRoot) await rm(second, { recursive: true });
  });

  it('is never taken from a folder that others can write', async () => {
    const native = path.join(folder, 'native');
    const cache = path.join(folder, 'cache');
    await mkdir(path.join(native, 'bin'), { recursive: true });
    await writeFile(path.join(native, 'bin/postgres'), 'program', { mode: 0o755 });
    await mkdir(path.join(cache, 'postgres-17.0/bin'), { recursive: true });
    await writeFile(path.join(cache, 'postgres-17.0/bin/postgres'), 'planted', { mode: 0o755 });
    await chmod(cache, 0o777);
    const copy = await linkedCopy(native, '17.0', cache);
    expect(await readFile(path.join(copy, 'bin/postgres'), 'utf8')).toBe('program');
    await rm(copy, { recursive: true });
  });
});

describe('an account', () => {
  it('reaches a folder when every folder on the way lets it pass', async () => {
    const account = { uid: 65_534, gid: 65_534 };
    const inner = path.join(folder, 'a/b');
    await mkdir(inner, { recursive: true, mode: 0o755 });
    expect(await canReach(account, inner)).toBe(true);
    await chmod(path.join(folder, 'a'), 0o700);
    expect(await canReach(account, inner)).toBe(false);
    expect(await canReach(undefined, inner)).toBe(true);
  });
});
