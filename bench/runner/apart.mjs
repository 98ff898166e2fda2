// One figure in a process of its own: no figure runs on code that another one has warmed or spoilt, and nothing outlives it.
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const figureMs = 150_000;
const farewellMs = 20_000;
const program = fileURLToPath(new URL('./figure.mjs', import.meta.url));

/** Measures one figure and resolves to its rows. Its folder is gone afterwards, and so are its processes. **Throws** with the reason. */
export async function measureApart({ name, module }, { limitMs = figureMs } = {}) {
  const folder = mkdtempSync(join(tmpdir(), `podnet-bench-${name}-`));
  try {
    return await measure(module, folder, limitMs);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

function measure(module, folder, limitMs) {
  const child = fork(program, [module, folder], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let answer;
  let talk = '';
  let late = false;
  child.stderr.setEncoding('utf8').on('data', (text) => (talk += text));
  child.on('message', (message) => (answer = message));

  // A child that is told to end closes its house first; one that cannot is ended, and its processes end when their input closes.
  let farewell;
  const stop = () => {
    child.kill('SIGTERM');
    farewell = setTimeout(() => child.kill('SIGKILL'), farewellMs);
  };
  const limit = setTimeout(() => {
    late = true;
    stop();
  }, limitMs);
  let signalled;
  const onSignal = (signal) => {
    signalled ??= signal;
    stop();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, onSignal);

  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(limit);
      clearTimeout(farewell);
      for (const signal of signals) process.off(signal, onSignal);
      if (signalled) process.exit(130);
      if (late) reject(new Error(`it took more than ${limitMs / 1000} s`));
      else if (answer?.rows) resolve(answer.rows);
      else reject(new Error(answer?.error ?? `its process ended with status ${code}: ${talk.trim().split('\n').at(-1) ?? ''}`));
    });
  });
}
