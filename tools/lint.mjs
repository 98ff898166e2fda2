// `npm run lint`: every check at once, each with its outcome; the output of those that failed at the end.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const program = (file) => path.join(root, 'node_modules', file);

const folders = ['libs', 'apps', 'bench', 'e2e', 'tools'].filter((folder) => existsSync(path.join(root, folder)));

const checks = [
  { name: 'architecture', args: [program('dependency-cruiser/bin/dependency-cruiser.mjs'), '--config', '.dependency-cruiser.cjs', ...folders] },
  { name: 'tracked files', args: ['tools/guard.mjs'] },
  { name: 'types of specs', args: [program('typescript/bin/tsc'), '-p', 'tsconfig.spec.json'] },
  { name: 'eslint', args: [program('eslint/bin/eslint.js'), '--max-warnings', '0', '.'] },
];

const children = new Set();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => {
    for (const child of children) child.kill(signal);
    process.exit(128 + constants.signals[signal]);
  });
}

const outcomes = await Promise.all(checks.map(run));
for (const { name, output } of outcomes.filter(({ ok }) => !ok)) process.stdout.write(`\n${name}\n${output.trim()}\n`);
process.exitCode = outcomes.every(({ ok }) => ok) ? 0 : 1;

function run({ name, args }) {
  const started = Date.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    children.add(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.once('close', (code) => {
      children.delete(child);
      process.stdout.write(`${code === 0 ? '✓' : '✗'} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)\n`);
      resolve({ name, ok: code === 0, output });
    });
  });
}
