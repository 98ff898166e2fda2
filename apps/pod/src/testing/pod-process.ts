import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const entry = fileURLToPath(new URL('../main.ts', import.meta.url));

/** The pod's program as its own process, from its sources; for specs. */
export class PodProcess {
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';
  readonly closed: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  private readonly firstLine: Promise<string>;

  constructor(args: readonly string[], { input, env = {} }: { input?: string; env?: Record<string, string> } = {}) {
    this.child = spawn(process.execPath, ['--conditions=@podnet/source', '--experimental-transform-types', '--no-warnings', entry, ...args], { env: { ...process.env, NODE_OPTIONS: '', ...env } });
    const line = Promise.withResolvers<string>();
    this.firstLine = line.promise;
    this.child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
      if (this.stdout.includes('\n')) line.resolve(this.stdout.slice(0, this.stdout.indexOf('\n')));
    });
    this.child.stderr!.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    if (input !== undefined) this.child.stdin!.end(input);
    this.closed = new Promise((resolve) => this.child.once('close', (code, signal) => {
      line.reject(new Error(`It ended with ${code}: ${this.stderr}`));
      resolve({ code, signal });
    }));
    // Nobody need wait for the first line.
    this.firstLine.catch(() => undefined);
  }

  /** The first line on stdout, as JSON. */
  async ready(): Promise<{ ready: boolean; podId: string }> {
    return JSON.parse(await this.firstLine) as { ready: boolean; podId: string };
  }

  async kill(signal: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    this.child.kill(signal);
    return this.closed;
  }
}
