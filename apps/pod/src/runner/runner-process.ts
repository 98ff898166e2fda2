import { fork, type ChildProcess } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LocalLog } from '../log/local-log.ts';
import { MemoryGauge } from './memory-gauge.ts';
import type { FromRunner, ToRunner } from './messages.ts';

export interface RunnerOptions {
  /** Bytes of memory that a computation may take, beside what a runner needs to be there at all. */
  memoryBytes: number;
  /** Files of the datasets: the only ones outside the program that a runner's JavaScript may read. */
  files: readonly string[];
  log: LocalLog;
  /** Threads that the native library may take. */
  threads?: number;
  /** Another program, for specs. */
  entry?: string;
}

/** Why a runner is gone. */
export type RunnerEnd = 'crashed' | 'memory';

/** One child process. */
export class RunnerProcess {
  /** How many assignments it has had. */
  uses = 0;
  onMessage: ((message: FromRunner) => void) | undefined;
  onEnd: ((end: RunnerEnd) => void) | undefined;
  private readonly child: ChildProcess;
  /** From when it had loaded everything. */
  private gauge: MemoryGauge | undefined;
  private tail = '';
  private killedFor: RunnerEnd | undefined;
  private gone = false;
  /** Resolves when it has loaded everything; never rejects: an early end is told by `onEnd`. */
  readonly ready: Promise<void>;
  /** Resolves when there is no such process any more. */
  readonly ended: Promise<void>;
  private readonly onGone: () => void;

  constructor({ memoryBytes, files, log, threads = 2, entry = ownEntry }: RunnerOptions) {
    this.child = fork(entry, [], {
      serialization: 'advanced',
      // Nothing of the agent's surroundings: no tokens, no addresses, no library paths.
      env: { PATH: process.env['PATH'] ?? '', TZ: 'UTC', POLARS_MAX_THREADS: String(threads), ...(process.env['SystemRoot'] ? { SystemRoot: process.env['SystemRoot'] } : {}) },
      execArgv: [
        `--max-old-space-size=${Math.max(64, Math.floor(memoryBytes / 2 ** 20))}`,
        ...(import.meta.url.endsWith('.ts') ? ['--conditions=@podnet/source', '--experimental-transform-types', '--no-warnings'] : []),
        ...confinement(entry, files),
      ],
      cwd: dirname(entry),
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ready = promise;
    const ending = Promise.withResolvers<void>();
    this.ended = ending.promise;
    this.onGone = ending.resolve;
    this.child.on('message', (message: FromRunner) => {
      if (message.type === 'ready') {
        if (this.pid !== undefined) this.gauge = new MemoryGauge(this.pid);
        resolve();
      }
      else this.onMessage?.(message);
    });
    for (const name of ['stdout', 'stderr'] as const) {
      this.child[name]?.setEncoding('utf8').on('data', (text: string) => {
        this.tail = (this.tail + text).slice(-2_000);
        log.raw(`runner ${name}`, text);
      });
    }
    // 'close' comes after the last output, which may say that the heap is full.
    this.child.on('close', (code, signal) => this.end(this.killedFor ?? (/heap out of memory|heap limit|Cannot allocate memory/i.test(this.tail) ? 'memory' : 'crashed'), { code, signal }, log));
    this.child.on('error', (error) => log.failure('runner.error', error));
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Bytes of memory taken by what it computes. 0 where the system does not tell. */
  get takenBytes(): number {
    return this.gauge?.takenBytes ?? 0;
  }

  send(message: ToRunner): void {
    if (this.child.connected) this.child.send(message);
  }

  /** Ends it at once, whatever it does. */
  kill(end: RunnerEnd = 'crashed'): void {
    this.killedFor ??= end;
    this.child.kill('SIGKILL');
  }

  private end(end: RunnerEnd, detail: Record<string, unknown>, log: LocalLog): void {
    if (this.gone) return;
    this.gone = true;
    this.onGone();
    log.note('runner.ended', { pid: this.pid, end, ...detail });
    this.onEnd?.(end);
  }
}

const ownEntry = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? './main.ts' : './main.js', import.meta.url));

/**
 * Node's permission model: no child processes, no workers, no writing, and of the disk only the program and the datasets. Native
 * code stands outside of it, so it is a second wall and not the first; what runs here is installed with the pod.
 */
function confinement(entry: string, files: readonly string[]): string[] {
  const readable = [...programPaths(entry), ...files.flatMap((file) => (existsSync(file) ? [file, realpathSync(file)] : [file]))];
  return ['--permission', '--allow-addons', '--disable-warning=SecurityWarning', ...new Set(readable.map((path) => `--allow-fs-read=${path}`))];
}

/** What a process of the pod has to read to be there at all. */
export function programPaths(entry: string): string[] {
  const root = programRoot(entry);
  // Not the root itself: the folder of a pod, with its keys, may lie below it.
  return ['node_modules', 'libs', 'apps/pod/src', 'apps/pod/dist', 'apps/pod/package.json', 'package.json'].map((part) => join(root, part));
}

/** The folder that holds the program and its libraries: the nearest one above with `node_modules`. */
function programRoot(entry: string): string {
  for (let folder = dirname(entry); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'node_modules', 'nodejs-polars')) || folder === dirname(folder)) return folder;
  }
}
