import { chmodSync, closeSync, fsyncSync, lstatSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Fault } from '@podnet/errors';

/** Windows has no such modes; its users keep the folder in their profile. */
const hasModes = process.platform !== 'win32';

/** Makes the pod's folder, for nobody else. */
export function makeHome(home: string): void {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  if (statSync(home).uid === process.getuid?.()) chmodSync(home, 0o700);
}

/**
 * Passes a folder or file that only its owner can reach, as ssh does with its keys.
 * **Throws** `config.invalid` with what to do about it.
 */
export function requirePrivate(path: string, kind: 'folder' | 'file'): void {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  const what = kind === 'folder' ? 'The pod’s folder' : 'A file with secrets of the pod';
  if (!stat) throw new Fault('config.invalid', `${what} does not exist.`, { at: path, hint: 'Join the hub first: podnet pod join' });
  if (kind === 'folder' ? !stat.isDirectory() : !stat.isFile()) throw new Fault('config.invalid', `${what} is not a plain ${kind}.`, { at: path });
  if (!hasModes) return;
  if ((stat.mode & 0o077) !== 0) {
    throw new Fault('config.invalid', `${what} is open to other users of this machine.`, { at: path, hint: `Close it with: chmod ${kind === 'folder' ? 700 : 600} ${path}` });
  }
  const user = process.getuid?.();
  if (user !== 0 && stat.uid !== user) throw new Fault('config.invalid', `${what} belongs to another user.`, { at: path });
}

/** Writes a file with secrets: whole or not at all, and never readable by others for a moment. */
export function writePrivate(path: string, text: string): void {
  const aside = `${path}.${randomUUID()}`;
  const file = openSync(aside, 'wx', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
    closeSync(file);
    renameSync(aside, path);
  } catch (error) {
    rmSync(aside, { force: true });
    throw error;
  }
  syncFolder(join(path, '..'));
}

/** Reads a file with secrets. **Throws** `config.invalid` when others can read it too. */
export function readPrivate(path: string): string {
  requirePrivate(path, 'file');
  return readFileSync(path, 'utf8');
}

function syncFolder(folder: string): void {
  if (!hasModes) return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
