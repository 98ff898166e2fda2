import { readdirSync, readFileSync } from 'node:fs';

/** Ids of the processes that a process has started. Linux only. */
export function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        // After the name in brackets: state, then the parent.
        const parent = Number(readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1)!.split(' ')[1]);
        return parent === pid ? [Number(name)] : [];
      } catch {
        return [];
      }
    });
}

/** With those that they have started, and so on. */
export const descendantsOf = (pid: number): number[] => childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)]);

/** What a process is; undefined when it has ended. One that has ended and that its new parent has not noticed yet has no command. */
export function commandOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() || undefined;
  } catch {
    return undefined;
  }
}

/** Kills the runners of a pod at once. Returns how many there were. */
export function killRunnersOf(podPid: number): number {
  const runners = childrenOf(podPid);
  for (const pid of runners) process.kill(pid, 'SIGKILL');
  return runners.length;
}
