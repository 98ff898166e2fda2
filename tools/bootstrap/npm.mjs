// Finds the npm that came with the machine's Node, so that it can be run by another Node.
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';

import { runStep } from './process.mjs';

/** Runs npm with the given Node; falls back to whatever `npm` is on PATH when its script cannot be found. */
export function runNpm(node, args, { cwd, env }) {
  const script = npmScript();
  if (script !== undefined) return runStep(node, [script, ...args], { cwd, env });
  return runStep('npm', args, { cwd, env, shell: process.platform === 'win32' });
}

function npmScript() {
  const outer = process.env.npm_execpath;
  if (outer !== undefined && path.basename(outer) === 'npm-cli.js' && existsSync(outer)) return outer;
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
    if (process.platform === 'win32') {
      const beside = path.join(folder, 'node_modules', 'npm', 'bin', 'npm-cli.js');
      if (existsSync(beside)) return beside;
      continue;
    }
    const candidate = path.join(folder, 'npm');
    if (!existsSync(candidate)) continue;
    const real = realpathSync(candidate);
    return real.endsWith('.js') ? real : undefined;
  }
  return undefined;
}
