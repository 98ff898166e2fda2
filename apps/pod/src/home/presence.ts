import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const file = (home: string): string => join(home, 'connected');

/** Notes that the pod is connected to its hub now. It holds nothing; the time of its writing is what counts. */
export function notePresence(home: string): void {
  writeFileSync(file(home), '', { mode: 0o600 });
}

/** The pod has ended in good order. */
export function clearPresence(home: string): void {
  rmSync(file(home), { force: true });
}

/** When the pod was last known to be connected, in milliseconds since the epoch; undefined when it does not run. */
export function lastPresence(home: string): number | undefined {
  return statSync(file(home), { throwIfNoEntry: false })?.mtimeMs;
}
