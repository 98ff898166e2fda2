// Runs Jest as native ESM over the sources: `node tools/jest.mjs [path…]`.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const jest = fileURLToPath(new URL('../node_modules/jest/bin/jest.js', import.meta.url));
// Jest adds `import` or `require` to these itself, by who asks. With `import` among them a CommonJS package that requires
// another is given that one's ES module, and pg does not load.
const conditions = JSON.stringify({ customExportConditions: ['@podnet/source', 'node'] });
const args = ['--experimental-vm-modules', '--no-warnings', jest, `--testEnvironmentOptions=${conditions}`, ...process.argv.slice(2)];

const child = spawn(process.execPath, args, { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.once('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
