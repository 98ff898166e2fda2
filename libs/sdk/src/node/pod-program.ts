import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Fault } from '@podnet/errors';

/** The pod's program of this installation. */
const installed = fileURLToPath(new URL('../../../../apps/pod/dist/main.js', import.meta.url));

export interface PodProgramOptions {
  /** The pod's program, of another installation. */
  program?: string;
  /** Where the addresses of databases stand; this process's own environment unless told. */
  environment?: Readonly<Record<string, string | undefined>>;
}

export type PodProgram = (words: readonly string[], options: Readonly<Record<string, string | readonly string[] | boolean | undefined>>, more?: readonly string[]) => Promise<unknown>;

/**
 * Asks the program of a pod, which works beside the agent that runs, through the pod's own store.
 * **Throws** the fault that it told, `internal.unexpected` when it told none.
 */
export function podProgram(config: string, { program = installed, environment = process.env }: PodProgramOptions = {}): PodProgram {
  return async (words, options, more = []) => {
    const flags = Object.entries(options).flatMap(([name, value]) => (value === undefined || value === false ? [] : value === true ? [`--${name}`] : [value].flat().map((one) => `--${name}=${one}`)));
    const args = [...words, `--config=${config}`, ...flags, '--json', ...(more.length > 0 ? ['--', ...more] : [])];
    const said = await lastLine(program, args, environment);
    let answer: { ok?: unknown; data?: unknown; error?: unknown } | null;
    try {
      answer = JSON.parse(said) as typeof answer;
    } catch (cause) {
      throw new Fault('internal.unexpected', 'The pod’s program has not answered.', { hint: 'Look into the pod’s log.', cause });
    }
    if (answer?.ok !== true) throw Fault.fromBody(answer?.error);
    return answer.data;
  };
}

/** What it says beside its answer is for people at the pod. */
function lastLine(program: string, args: readonly string[], env: NonNullable<PodProgramOptions['environment']>): Promise<string> {
  const child = spawn(process.execPath, [program, ...args], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => resolve(said.trimEnd().split('\n').at(-1)!));
  });
}
