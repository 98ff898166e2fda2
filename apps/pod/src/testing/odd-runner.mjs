// A runner that misbehaves where a task averages a column named after a misfortune; for specs.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

await import('../runner/main.ts');

const tries = (work) => {
  try {
    work();
    return true;
  } catch {
    return false;
  }
};

const misfortunes = {
  loop() {
    for (;;);
  },
  heap() {
    const hoard = [];
    for (;;) hoard.push(new Array(10_000).fill(0.5).map((value) => ({ value })));
  },
  buffers() {
    const hoard = [];
    for (;;) hoard.push(Buffer.alloc(8 << 20, 1));
  },
  abort: () => process.abort(),
  killed: () => process.kill(process.pid, 'SIGKILL'),
  exit: () => process.exit(0),
  // Dies when anything of this is possible.
  thief({ baseDir }) {
    const loot = [
      () => readFileSync(`${baseDir}/home/keys.json`),
      () => readFileSync('/etc/passwd'),
      () => readFileSync(new URL('../../../../tsconfig.json', import.meta.url)),
      () => writeFileSync(`${baseDir}/loot`, 'x'),
      () => execFileSync(process.execPath, ['--version']),
      () => new Worker('0', { eval: true }),
    ];
    if (loot.some(tries)) process.exit(0);
  },
  uncaught() {
    throw new Error('canary-in-an-error');
  },
};

process.prependListener('message', (message) => {
  const column = message.type === 'open' ? message.work.algorithm.params.columns?.[0] : undefined;
  if (column !== undefined && Object.hasOwn(misfortunes, column)) misfortunes[column](message.work);
});
