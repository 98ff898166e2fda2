import { userInfo } from 'node:os';
import { readPodFile, type PodFile } from '../../config/pod-file.ts';
import { loadPins, type Pins } from '../../home/pins.ts';
import { openStore, type Store } from '../../store/store.ts';

/** The store of a pod whose agent may be running, as commands of the custodian use it. */
export interface Beside {
  file: PodFile;
  pins: Pins;
  store: Store;
  /** Who is at the keyboard, for the record. */
  by: string;
}

/** Opens it for one piece of work. `verify: false`: also when its audit is broken, to be looked at. **Throws** as `openStore`. */
export async function beside<T>(config: string, work: (at: Beside) => T | Promise<T>, { verify = true }: { verify?: boolean } = {}): Promise<T> {
  const file = readPodFile(config);
  const pins = loadPins(file.home);
  const store = openStore(file.home, Date.now, { opener: 'command', verify });
  try {
    return await work({ file, pins, store, by: `${pins.custodian.email} at the pod (${userName()})` });
  } finally {
    store.close();
  }
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container's user may have no name.
    return `uid ${process.getuid?.() ?? '?'}`;
  }
}
