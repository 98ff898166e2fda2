import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { id, line, publicKeys, slug } from '@podnet/contracts';
import { fingerprint, parsePublicJwk, parsePublicKeys, readStrictJson, thumbprint, type PublicJwk, type PublicKeys } from '@podnet/envelope';
import { Fault } from '@podnet/errors';
import { z } from 'zod';
import { readPrivate, writePrivate } from './home-folder.ts';

/** More than an account may have: those that were revoked since are pinned until they are removed. */
export const mostDevices = 100;

/** What was pinned before names were kept has none. Without an instant it was pinned when the pod joined. */
const device = publicKeys.extend({ name: line(200).optional(), pinnedAt: z.number().optional() });
export type PinnedDevice = z.infer<typeof device>;

const content = z.strictObject({
  v: z.literal(1),
  podId: id('pod'),
  name: slug,
  hub: z.strictObject({ url: z.string(), name: line(200), keys: z.array(z.unknown()).min(1).max(10) }),
  custodian: z.strictObject({ id: id('account'), email: z.string().max(254), name: z.string().max(200), devices: z.array(device).max(mostDevices) }),
  joinedAt: z.number(),
});
/** What a pod was told when its custodian compared fingerprints, and believes from then on. */
export type Pins = z.infer<typeof content>;

const pinFile = (home: string): string => join(home, 'pins.json');

/** Changes whenever the file does: it is written anew each time, never written over. */
export function stampOfPins(home: string): string {
  const { ino, mtimeNs, size } = statSync(pinFile(home), { bigint: true });
  return `${ino} ${mtimeNs} ${size}`;
}

export const hasJoined = (home: string): boolean => existsSync(pinFile(home));

export function savePins(home: string, pins: Pins): void {
  writePrivate(pinFile(home), JSON.stringify(content.parse(pins), null, 2));
}

/** **Throws** `config.invalid` when the pod has not joined, or the file is damaged or open to others. */
export function loadPins(home: string): Pins {
  const path = pinFile(home);
  if (!hasJoined(home)) throw new Fault('config.invalid', 'This pod has not joined a hub.', { at: path, hint: 'Join with: podnet pod join' });
  const text = readPrivate(path);
  try {
    const pins = content.parse(readStrictJson(text));
    for (const key of pins.hub.keys) parsePublicJwk(key, 'Ed25519');
    for (const pinned of pins.custodian.devices) keysOf(pinned);
    return pins;
  } catch {
    throw new Fault('config.invalid', 'The file with the pinned keys is damaged.', { at: path, hint: 'Restore it from a backup, or join again.' });
  }
}

/** **Throws** `usage.invalid` for keys that are not usable. */
export const keysOf = ({ signing, encryption }: PinnedDevice): PublicKeys => parsePublicKeys({ signing, encryption });

export const fingerprintOf = (pinned: PinnedDevice): Promise<string> => fingerprint(keysOf(pinned));

/** Pinned keys by thumbprint. */
export interface PinnedKeys {
  hub: ReadonlyMap<string, PublicJwk>;
  /** Signing keys of the custodian's devices. */
  custodian: ReadonlyMap<string, PublicJwk>;
}

export async function pinnedKeys(pins: Pins): Promise<PinnedKeys> {
  const byThumbprint = async (keys: readonly PublicJwk[]) => new Map(await Promise.all(keys.map(async (key) => [await thumbprint(key), key] as const)));
  return {
    hub: await byThumbprint(pins.hub.keys.map((key) => parsePublicJwk(key, 'Ed25519'))),
    custodian: await byThumbprint(pins.custodian.devices.map((pinned) => keysOf(pinned).signing)),
  };
}
