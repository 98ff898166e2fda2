// The dependencies: `npm ci` when node_modules does not hold what the lock file says.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { withLock } from './lock.mjs';
import { runNpm } from './npm.mjs';

/** Makes sure that `node_modules` is what the lock file says, for this platform. */
export async function ensureModules({ root, node, env, say }) {
  const wanted = stampOf(root);
  if (readText(stampFile(root)) === wanted) return;
  await withLock(path.join(root, '.runtime', 'install.lock'), say, async () => {
    if (readText(stampFile(root)) === wanted) return;
    if (!isInstalled(root)) {
      say('installing the dependencies (npm ci).');
      const started = Date.now();
      const status = await runNpm(node, ['ci', '--include=dev', '--include=optional', '--loglevel=error', '--no-progress'], { cwd: root, env });
      if (status !== 0) throw new Error(`npm ci failed with status ${status}.`);
      say(`dependencies installed in ${((Date.now() - started) / 1000).toFixed(0)} s.`);
    }
    writeFileSync(stampFile(root), wanted);
  });
}

const stampFile = (root) => path.join(root, 'node_modules', '.podnet-stamp');

function stampOf(root) {
  const lock = createHash('sha256').update(readFileSync(path.join(root, 'package-lock.json'))).digest('hex');
  return `${lock} ${process.platform} ${process.arch}\n`;
}

/** An install somebody made by hand counts when npm's own record of it names every package of the lock at its version. */
function isInstalled(root) {
  const recordText = readText(path.join(root, 'node_modules', '.package-lock.json'));
  if (recordText === undefined) return false;
  const record = JSON.parse(recordText).packages;
  const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages;
  const here = { platform: process.platform, arch: process.arch, family: libcFamily() };
  return Object.entries(lock).every(([place, entry]) => {
    if (!place.startsWith('node_modules/') || !fitsPlatform(entry, here)) return true;
    // A room of this repository: a link that npm makes.
    if (entry.link) return record[place]?.link === true;
    // Optional packages that name no platform may be left out for reasons of their own.
    if (entry.optional && entry.os === undefined && entry.cpu === undefined) return true;
    return record[place]?.version === entry.version;
  });
}

/**
 * Whether npm would install the package here, by its `os`, `cpu` and `libc`.
 * @param {{ os?: string[], cpu?: string[], libc?: string[] }} entry
 * @param {{ platform: string, arch: string, family: string | undefined }} here
 */
export function fitsPlatform({ os, cpu, libc }, { platform, arch, family }) {
  return admits(os, platform) && admits(cpu, arch) && (libc === undefined || (platform === 'linux' && admits(libc, family)));
}

function admits(list, value) {
  if (list === undefined) return true;
  if (list.includes(`!${value}`)) return false;
  const named = list.filter((entry) => !entry.startsWith('!'));
  return named.length === 0 || named.includes(value);
}

function libcFamily() {
  if (process.platform !== 'linux') return undefined;
  process.report.excludeNetwork = true;
  return process.report.getReport().header.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
}

function readText(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
