import { Fault } from '@podnet/errors';
import { fingerprint, makeKeys, parseKeys, publicHalf, type KeyPair } from '@podnet/envelope';
import type { Session } from './session.ts';
import type { ClientStore } from './store.ts';

export interface Device {
  /** The device's id at the hub. */
  id: string;
  name: string;
  keys: KeyPair;
  fingerprint: string;
}

/** This machine's keys, if it has any. */
export async function loadDevice(store: ClientStore): Promise<Device | undefined> {
  const stored = (await store.load('device')) as { id: string; name: string; keys: unknown } | undefined;
  if (!stored) return undefined;
  const keys = parseKeys(stored.keys);
  return { id: stored.id, name: stored.name, keys, fingerprint: await fingerprint(publicHalf(keys)) };
}

/** Makes keys on this machine and registers their public halves; the private halves never leave the store. */
export async function registerDevice(session: Session, store: ClientStore, name: string): Promise<Device> {
  const keys = await makeKeys();
  const { id } = await session.rest.call('addDevice', { body: { name, keys: publicHalf(keys) } });
  await store.save('device', { id, name, keys });
  return { id, name, keys, fingerprint: await fingerprint(publicHalf(keys)) };
}

/** **Throws** `auth.required` when this machine has no keys. */
export async function requireDevice(store: ClientStore): Promise<Device> {
  const device = await loadDevice(store);
  if (!device) throw new Fault('auth.required', 'This device has no keys.', { hint: 'Make them with: podnet keys add.' });
  return device;
}
