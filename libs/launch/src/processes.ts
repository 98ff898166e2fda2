import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { Fault } from '@podnet/errors';

/** A child that said it is ready. It ends when this process does, however that happens: its standard input closes. */
export interface Running {
  ready: Record<string, unknown>;
  pid: number;
  stop(): Promise<void>;
  /** Ends it at once, as a power cut would. */
  kill(): Promise<void>;
}

const readyMs = 60_000;
const stopMs = 8_000;
const children = new Set<ChildProcess>();

/** Starts a Node program and waits for its line `{"ready":true,…}`. **Throws** `internal.unavailable` with the path of its log. */
export async function start(script: string, args: string[], options: { logPath: string; env?: Record<string, string> }): Promise<Running> {
  mkdirSync(dirname(options.logPath), { recursive: true });
  const log = createWriteStream(options.logPath, { flags: 'a', mode: 0o600 });
  const child = spawn(process.execPath, [script, ...args], { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...options.env } });
  children.add(child);
  child.stderr.pipe(log, { end: false });
  // Lines may still come after the end of the process.
  child.once('close', () => log.end());
  const exited = new Promise<void>((resolve) => child.once('exit', () => (children.delete(child), resolve())));

  const ready = await new Promise<Record<string, unknown>>((resolve, reject) => {
    const fail = (): void => reject(new Fault('internal.unavailable', 'A part of Podnet did not start.', { at: options.logPath }));
    const timer = setTimeout(fail, readyMs);
    child.once('error', fail);
    child.once('exit', fail);
    createInterface({ input: child.stdout }).on('line', (text) => {
      log.write(`${text}\n`);
      const said = readyLine(text);
      if (said) {
        clearTimeout(timer);
        child.off('exit', fail);
        resolve(said);
      }
    });
  }).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });

  return {
    ready,
    pid: child.pid!,
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), stopMs);
      await exited;
      clearTimeout(timer);
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** Runs a Node program to its end. **Throws** `internal.unavailable` when it does not end well. */
export async function run(script: string, args: string[], input = ''): Promise<string> {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  children.add(child);
  let out = '';
  let talk = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (talk += text));
  // A program that ends early does not read it, and says why itself.
  child.stdin.on('error', () => undefined).end(input);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  children.delete(child);
  if (code !== 0) throw new Fault('internal.unavailable', `${args[0] ?? 'A program'} ended with status ${code}: ${(talk.trim() || out.trim()).split('\n').at(-1) ?? ''}`);
  return out;
}

/** The last resort when this process ends early. */
export function killAll(): void {
  for (const child of children) child.kill('SIGKILL');
}

function readyLine(text: string): Record<string, unknown> | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const value = JSON.parse(text) as Record<string, unknown>;
    return value['ready'] === true ? value : undefined;
  } catch {
    return undefined;
  }
}
