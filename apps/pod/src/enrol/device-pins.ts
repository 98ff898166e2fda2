import { parsePublicKeys, thumbprint, type PublicKeys } from '@podnet/envelope';
import { Fault } from '@podnet/errors';
import { fingerprintOf, keysOf, loadPins, mostDevices, savePins, type PinnedDevice, type Pins } from '../home/pins.ts';
import type { Store } from '../store/store.ts';

/** Where pins are changed, and who does it. */
export interface PinDesk {
  home: string;
  store: Pick<Store, 'transaction' | 'audit' | 'reviews'>;
  by: string;
}

/** A pinned device, as people know it. */
export interface ListedDevice {
  name: string | null;
  fingerprint: string;
  pinnedAt: number;
}

export const listDevices = (pins: Pins): Promise<ListedDevice[]> =>
  Promise.all(pins.custodian.devices.map(async (device) => ({ name: device.name ?? null, fingerprint: await fingerprintOf(device), pinnedAt: device.pinnedAt ?? pins.joinedAt })));

/**
 * Pins one more device of the custodian, whose fingerprint somebody has compared. False: it was pinned already.
 * **Throws** `conflict.exists` when another pinned device has one of its keys, `conflict.state` beyond the most devices.
 */
export async function pinDevice({ name, keys }: { name: string; keys: unknown }, at: PinDesk, now: number): Promise<boolean> {
  const device = { ...(parsePublicKeys(keys) as Pick<PinnedDevice, 'signing' | 'encryption'>), name, pinnedAt: now };
  const [fingerprint, key] = [await fingerprintOf(device), await thumbprint(device.signing)];
  return change(at, ({ custodian: { devices } }) => {
    if (devices.some((other) => sharesKey(other, device, 'signing') && sharesKey(other, device, 'encryption'))) return undefined;
    // Two that share a key would stand and fall together: who removes one would leave the other.
    if (devices.some((other) => sharesKey(other, device, 'signing') || sharesKey(other, device, 'encryption'))) throw new Fault('conflict.exists', 'A device with one of these keys is pinned.', { hint: 'Make keys anew on the device: podnet keys add' });
    if (devices.length >= mostDevices) throw new Fault('conflict.state', `A pod pins ${mostDevices} devices at most.`, { hint: 'Remove one that is not used any more.' });
    return { action: 'device.pinned', subject: fingerprint, detail: { name, key }, devices: [...devices, device] };
  });
}

/**
 * What this device signs counts no more. **Throws** `access.not-found` when it is not pinned, `conflict.state` for the last one: then nobody could decide through
 * the hub.
 */
export async function unpinDevice(gone: PinnedDevice, at: PinDesk): Promise<void> {
  const [fingerprint, key] = [await fingerprintOf(gone), await thumbprint(keysOf(gone).signing)];
  change(at, ({ custodian: { devices } }) => {
    const left = devices.filter((other) => !sharesKey(other, gone, 'signing'));
    if (left.length === devices.length) throw new Fault('access.not-found', 'No device with this fingerprint is pinned.', { at: fingerprint });
    if (left.length === 0) throw new Fault('conflict.state', 'The last device stays pinned.', { at: fingerprint, hint: 'Pin another one first: podnet pod devices add' });
    return { action: 'device.unpinned', subject: fingerprint, detail: { name: gone.name ?? null, key }, devices: left };
  });
}

interface Change {
  action: 'device.pinned' | 'device.unpinned';
  subject: string;
  detail: Record<string, unknown>;
  devices: PinnedDevice[];
}

/**
 * Reads, records and writes while nobody else can, so that a device which one command removes does not come back by another. Without its record nothing changes,
 * and without the change there is no record.
 */
function change({ home, store, by }: PinDesk, make: (pins: Pins) => Change | undefined): boolean {
  let before: Pins | undefined;
  try {
    return store.transaction(() => {
      const pins = loadPins(home);
      const made = make(pins);
      if (!made) return false;
      store.audit.append(made.action, made.subject, { ...made.detail, by, devices: made.devices.length });
      // What waits is sealed to the devices that count: the hub gets it once more.
      store.reviews.retell();
      savePins(home, { ...pins, custodian: { ...pins.custodian, devices: made.devices } });
      before = pins;
      return true;
    });
  } catch (error) {
    if (before) savePins(home, before);
    throw error;
  }
}

const sharesKey = (one: Pick<PublicKeys, 'signing' | 'encryption'>, other: Pick<PublicKeys, 'signing' | 'encryption'>, which: 'signing' | 'encryption'): boolean => one[which].x === other[which].x;
