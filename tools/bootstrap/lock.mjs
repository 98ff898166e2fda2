// A lock between processes: a folder with the holder's pid. Left behind by a process that is gone, it is taken over.
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const unnamedForMs = 10_000;

/** Runs `work` while holding the lock; waits for a holder that lives. */
export async function withLock(folder, say, work) {
  let told = false;
  while (!take(folder)) {
    if (isAbandoned(folder)) {
      steal(folder);
      continue;
    }
    if (!told) say('another command is preparing this checkout; waiting for it.');
    told = true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const release = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

function take(folder) {
  try {
    mkdirSync(folder);
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
  writeFileSync(path.join(folder, 'pid'), String(process.pid));
  return true;
}

function isAbandoned(folder) {
  try {
    return !isAlive(Number(readFileSync(path.join(folder, 'pid'), 'utf8')));
  } catch {
    // Between making the folder and writing the pid there is a moment without one.
    try {
      return Date.now() - statSync(folder).mtimeMs > unnamedForMs;
    } catch {
      return false;
    }
  }
}

/** Renaming is atomic, so of two processes that find the same abandoned lock only one removes it. */
function steal(folder) {
  const aside = `${folder}.${process.pid}`;
  try {
    renameSync(folder, aside);
  } catch {
    return;
  }
  rmSync(aside, { recursive: true, force: true });
}

function isAlive(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
