import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../apps/cli/dist/main.js', import.meta.url));

/** How a command ended and what it said. */
export interface Said {
  exit: number | null;
  out: string;
  err: string;
}

/** A command that runs until it is told to stop. */
export interface Running {
  ready: Record<string, unknown>;
  /** What it has said to people so far. */
  said(): string;
  interrupt(): Promise<number | null>;
}

/** A machine with the built command line and nothing else: its folder, its surroundings. */
export class Shell {
  readonly #children = new Set<ChildProcess>();

  constructor(
    readonly folder: string,
    readonly environment: Record<string, string>,
  ) {
    if (!existsSync(script)) throw new Error('Build first: npm run build.');
  }

  spawn(args: readonly string[], environment: Record<string, string> = {}): ChildProcess {
    // A group of its own, so that nothing it has started is left behind.
    const child = spawn(process.execPath, [script, ...args], { cwd: this.folder, detached: true, stdio: ['pipe', 'pipe', 'pipe'], env: { PATH: process.env['PATH'] ?? '', HOME: this.folder, ...this.environment, ...environment } });
    this.#children.add(child);
    child.stdin!.on('error', () => undefined);
    return child;
  }

  /** Runs one command to its end. */
  async run(args: readonly string[], environment: Record<string, string> = {}, input = ''): Promise<Said> {
    const child = this.spawn(args, environment);
    const said = { out: '', err: '' };
    child.stdout!.setEncoding('utf8').on('data', (text: string) => (said.out += text));
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (said.err += text));
    child.stdin!.end(input);
    const exit = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { exit, ...said };
  }

  /** Starts a command and waits for its line `{"ready":true,…}`. */
  async start(args: readonly string[], environment: Record<string, string> = {}): Promise<Running> {
    const child = this.spawn(args, environment);
    let said = '';
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (said += text));
    const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
    const ready = await new Promise<Record<string, unknown>>((resolve, reject) => {
      void closed.then((exit) => reject(new Error(`${args.join(' ')} ended with status ${exit}: ${said}`)));
      createInterface({ input: child.stdout! }).on('line', (line) => {
        const value = JSON.parse(line) as Record<string, unknown>;
        if (value['ready'] === true) resolve(value);
      });
    });
    return {
      ready,
      said: () => said,
      interrupt() {
        // As a terminal does: to everybody in the foreground.
        signal(child, 'SIGINT');
        return closed;
      },
    };
  }

  /** Whatever still runs is ended, with everything it has started. */
  close(): void {
    for (const child of this.#children) signal(child, 'SIGKILL');
  }
}

/** To the whole group, if anybody of it is left. */
function signal({ pid }: ChildProcess, name: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, name);
  } catch {
    // It has ended.
  }
}
