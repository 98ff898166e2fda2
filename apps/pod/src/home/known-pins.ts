import { Fault } from '@podnet/errors';
import type { LocalLog } from '../log/local-log.ts';
import { loadPins, pinnedKeys, stampOfPins, type PinnedKeys, type Pins } from './pins.ts';

/** The pins of a pod that runs, as they count now. */
export interface KnownPins {
  readonly pins: Pins;
  readonly pinned: PinnedKeys;
  /** Reads the file again when it was written since; true: other devices count from now on. */
  look(): Promise<boolean>;
}

/**
 * Only the devices of the custodian can change under a pod that runs: with another hub or another custodian it is another pod. What cannot be read changes
 * nothing, and is said once.
 */
export async function watchPins(home: string, begun: Pins, log: Pick<LocalLog, 'note' | 'failure'>): Promise<KnownPins> {
  let pins = begun;
  let pinned = await pinnedKeys(pins);
  let seen = '';
  let isReadable = true;
  let looking: Promise<boolean> | undefined;

  async function read(): Promise<boolean> {
    try {
      const stamp = stampOfPins(home);
      if (stamp === seen) return false;
      const { custodian, ...rest } = loadPins(home);
      seen = stamp;
      isReadable = true;
      const same = rest.podId === pins.podId && custodian.id === pins.custodian.id && JSON.stringify(rest.hub.keys) === JSON.stringify(pins.hub.keys);
      if (!same) throw new Fault('config.invalid', 'The pins are of another enrolment.', { hint: 'Restart the pod.' });
      if (JSON.stringify(custodian.devices) === JSON.stringify(pins.custodian.devices)) return false;
      const next: Pins = { ...pins, custodian: { ...pins.custodian, devices: custodian.devices } };
      const keys = await pinnedKeys(next);
      [pins, pinned] = [next, keys];
      log.note('pins.changed', { devices: custodian.devices.length });
      return true;
    } catch (error) {
      // Until it was mended it is tried again, in silence.
      if (isReadable) log.failure('pins.unreadable', error);
      isReadable = false;
      return false;
    }
  }

  return {
    get pins() {
      return pins;
    },
    get pinned() {
      return pinned;
    },
    look: () => (looking ??= read().finally(() => (looking = undefined))),
  };
}
