import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Whether a process runs under this id, and under this program name when one is given: ids are used again, in containers at once.
 * A process that ended and was not yet collected does not count.
 */
export function isRunning(pid: number, program?: string): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 1) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const { state, name } = describe(pid) ?? {};
  if (state === undefined || state.startsWith('Z')) return false;
  return program === undefined || name === program;
}

function describe(pid: number): { name: string; state: string } | undefined {
  if (process.platform === 'linux') {
    try {
      const [, name = '', state = ''] = /\((.*)\) (\w)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
      return { name, state };
    } catch {
      return undefined;
    }
  }
  const { stdout } = spawnSync('ps', ['-o', 'state=,comm=', '-p', String(pid)], { encoding: 'utf8' });
  const [, state, name] = /^\s*(\S+)\s+(?:.*\/)?(\S+)\s*$/.exec(stdout ?? '') ?? [];
  return state === undefined || name === undefined ? undefined : { name, state };
}
