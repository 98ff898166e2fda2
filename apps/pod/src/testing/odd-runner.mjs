// A runner that misbehaves where a task averages a column named after a misfortune; for specs.
await import('../runner/main.ts');

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
  uncaught() {
    throw new Error('canary-in-an-error');
  },
};

process.prependListener('message', (message) => {
  const column = message.type === 'open' ? message.work.algorithm.params.columns?.[0] : undefined;
  if (column !== undefined && Object.hasOwn(misfortunes, column)) misfortunes[column]();
});
