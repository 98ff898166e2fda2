// The way every command starts: `node tools/bootstrap.mjs start|test|build|lint|bench|podnet [args…]`, on any Node from 18 on.
// It brings the runtime and the dependencies when they are missing, then runs the command. Everything it says goes to stderr:
// stdout belongs to the command.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from './bootstrap/build.mjs';
import { cleanEnvironment } from './bootstrap/environment.mjs';
import { ensureModules } from './bootstrap/modules.mjs';
import { runForeground } from './bootstrap/process.mjs';
import { ensureRuntime } from './bootstrap/runtime.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Each command: the script it runs, whether the sources must be built before, and whether it works in the caller's folder. */
const commands = {
  start: { script: 'apps/tour/dist/main.js', built: true, inCallersFolder: true },
  podnet: { script: 'apps/cli/dist/main.js', built: true, inCallersFolder: true },
  bench: { script: 'bench/main.mjs', built: true },
  test: { script: 'tools/test.mjs', built: true },
  lint: { script: 'tools/lint.mjs', built: true },
  build: { built: true },
  install: {},
};

const [name = '', ...args] = process.argv.slice(2);
const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
if (command === undefined) {
  process.stderr.write(`Usage: node tools/bootstrap.mjs ${Object.keys(commands).join('|')} [args…]\n`);
  process.exit(2);
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`podnet: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function main() {
  mkdirSync(path.join(root, '.runtime'), { recursive: true });
  const callersFolder = process.env.INIT_CWD ?? process.cwd();
  const say = (line) => process.stderr.write(`podnet: ${line}\n`);
  const env = cleanEnvironment(process.env);
  const node = await ensureRuntime({ root, env, say });
  env.PATH = `${path.dirname(node)}${path.delimiter}${env.PATH ?? ''}`;
  await ensureModules({ root, node, env, say });
  if (command.built) {
    const status = await build({ root, node, env, say });
    if (status !== 0) return status;
  }
  if (command.script === undefined) return 0;
  const cwd = command.inCallersFolder ? callersFolder : root;
  return runForeground(node, [path.join(root, command.script), ...args], { cwd, env });
}
