import { readdirSync, readFileSync } from 'node:fs';

/** **Units** bytes. The most that a child of a process has held at one time; undefined where the system does not tell. */
export function peakBytesOfChildren(pid) {
  const peaks = childrenOf(pid).map(peakBytes).filter((bytes) => bytes !== undefined);
  return peaks.length === 0 ? undefined : Math.max(...peaks);
}

function childrenOf(pid) {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    return threads.flatMap((thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1').trim().split(' ').filter(Boolean).map(Number));
  } catch {
    return [];
  }
}

function peakBytes(pid) {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]) * 1_024;
  } catch {
    return undefined;
  }
}
