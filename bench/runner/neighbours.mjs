// How much of the machine others had while something was measured: a number taken beside them is not the machine's.
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

const ticksPerSecond = 100;

/** Starts looking; the function that comes back answers the share of the processors that others took since, or undefined where the system does not tell. */
export function watchNeighbours() {
  const before = look();
  return () => {
    const after = look();
    if (before === undefined || after === undefined || after.at - before.at < 100) return undefined;
    const seconds = ((after.at - before.at) / 1000) * availableParallelism();
    const others = (after.busy - before.busy - (after.own - before.own)) / ticksPerSecond;
    return Math.min(1, Math.max(0, others / seconds));
  };
}

/** Ticks of the whole machine, and of this process with all children that have ended. */
function look() {
  try {
    const [user, nice, system, , , irq, softirq] = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0].trim().split(/\s+/).slice(1).map(Number);
    const own = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1).split(' ').slice(11, 15).map(Number);
    return { at: performance.now(), busy: user + nice + system + irq + softirq, own: own.reduce((sum, ticks) => sum + ticks, 0) };
  } catch {
    return undefined;
  }
}
