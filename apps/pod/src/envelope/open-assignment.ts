import { grantToken, limits, sealContext, taskManifest, taskPayload, typ, validate, type GrantToken, type TaskManifest, type TaskPayload } from '@podnet/contracts';
import { canonicalJson, checkFresh, decodeBase64url, fingerprint, openSealedSigned, openSigned, parsePublicKeys, readStrictJson, sha256Base64url, thumbprint, type KeyPair, type PublicKeys } from '@podnet/envelope';
import { Fault, isFault } from '@podnet/errors';
import type { z } from 'zod';
import type { PinnedKeys, Pins } from '../home/pins.ts';

/** The three objects of a claimed assignment, as the hub hands them over. */
export interface Sealed {
  manifest: string;
  payload: string;
  grant: string | null;
}

/** An assignment whose every signature, address and hash was checked. */
export interface OpenedAssignment {
  manifest: TaskManifest;
  payload: TaskPayload;
  grant: GrantToken;
  /** SHA-256 of manifest and payload, as they came. */
  hash: string;
  asker: { userId: string; email: string; fingerprint: string; isCustodian: boolean };
  /** Keys of the device that signed; the result is sealed to it. */
  device: PublicKeys;
}

export interface Recipient {
  podId: string;
  keys: KeyPair;
  pins: Pins;
  pinned: PinnedKeys;
  now: number;
}

/** The hub knows of no role for who asks: there is nothing to verify the task with, and nothing to say but no. */
export interface Stranger {
  stranger: true;
  userId: string;
  dataset: string;
}

/**
 * Opens an assignment. Whatever does not fit is refused with the code of what is wrong:
 * `envelope.malformed`, `envelope.algorithm-refused`, `envelope.wrong-type` (the wrong object in a place), `envelope.bad-signature`,
 * `envelope.unknown-key` (grant by another hub, task by a device that the grant does not name, result to another key),
 * `envelope.wrong-recipient` (for another pod or hub), `envelope.expired`, `envelope.undecryptable`, `envelope.tampered` (the parts do not
 * say the same).
 */
export async function openAssignment(sealed: Sealed, recipient: Recipient): Promise<OpenedAssignment | Stranger> {
  if (sealed.grant === null) {
    const claimed = readUnverified(sealed.manifest);
    return { stranger: true, userId: claimed.userId, dataset: placeOf(claimed, recipient.podId).dataset };
  }
  const grant = await openGrant(sealed.grant, recipient);
  const devices = await devicesOf(grant);
  const { payload, kid } = await openSigned(sealed.manifest, { typ: typ.manifest, keys: (asked) => devices.get(asked)?.signing, maxBytes: limits.manifestBytes * 2 });
  const manifest = wellFormed(taskManifest, payload);
  checkFresh(manifest, recipient.now, { leewayMs: limits.clockLeewayMs, maxAgeMs: limits.taskDeadlineMs.most });
  const device = devices.get(kid)!;
  if (manifest.userId !== grant.userId) throw new Fault('envelope.tampered', 'The grant is for somebody else than the task.', { at: 'manifest.userId' });
  if (manifest.sealTo !== (await thumbprint(device.encryption))) throw new Fault('envelope.unknown-key', 'The result would be sealed to another key than that of the device that signed.', { at: 'manifest.sealTo' });
  const place = placeOf(manifest, recipient.podId);
  if (place.payload !== (await sha256Base64url(sealed.payload))) throw new Fault('envelope.tampered', 'The payload is not the one that the manifest names.', { at: 'payload' });
  const opened = await openPayload(sealed.payload, manifest, device, recipient);
  compare(manifest, opened, recipient.podId);
  return {
    manifest,
    payload: opened,
    grant,
    hash: await sha256Base64url(`${sealed.manifest}\n${sealed.payload}`),
    asker: {
      userId: manifest.userId,
      email: grant.email,
      fingerprint: await fingerprint(device),
      // The hub's word is not enough: the device must be one that the custodian has shown to the pod.
      isCustodian: grant.custodian && manifest.userId === recipient.pins.custodian.id && recipient.pinned.custodian.has(kid),
    },
    device,
  };
}

async function openGrant(token: string, { podId, pins, pinned, now }: Recipient): Promise<GrantToken> {
  const { payload } = await openSigned(token, { typ: typ.grant, keys: (kid) => pinned.hub.get(kid), maxBytes: 65_536 });
  const grant = wellFormed(grantToken, payload);
  if (grant.hub !== pins.hub.name || grant.podId !== podId) throw new Fault('envelope.wrong-recipient', 'The grant is for another pod, or from another hub.', { at: 'grant' });
  checkFresh(grant, now, { leewayMs: limits.clockLeewayMs, maxAgeMs: limits.grantValidMs });
  return grant;
}

/** The devices that may have signed, by the thumbprint of their signing key. */
async function devicesOf(grant: GrantToken): Promise<Map<string, PublicKeys>> {
  return new Map(await Promise.all(grant.devices.map(async (device) => {
    const keys = parsePublicKeys(device);
    return [await thumbprint(keys.signing), keys] as const;
  })));
}

async function openPayload(jwe: string, manifest: TaskManifest, device: PublicKeys, { podId, keys }: Recipient): Promise<TaskPayload> {
  const kid = await thumbprint(device.signing);
  const { payload, body } = await openSealedSigned(jwe, {
    signTyp: typ.payloadSigned,
    sealTyp: typ.payload,
    // The same device as the manifest, not just any of the account.
    keys: (asked) => (asked === kid ? device.signing : undefined),
    key: keys.encryption,
    context: sealContext.payload(manifest.taskId, podId),
    maxBytes: limits.taskBytes * 2,
  });
  if (body) throw new Fault('envelope.malformed', 'The payload carries more than it should.', { at: 'payload' });
  return wellFormed(taskPayload, payload);
}

/** Both halves of a task must say the same, or what the hub and its audit saw is not what runs. */
function compare(manifest: TaskManifest, payload: TaskPayload, podId: string): void {
  const ref = (element: { name: string; version: number } | null) => element && { name: element.name, version: element.version };
  const pods = manifest.pods.map((pod) => pod.podId);
  const order = pods.toSorted();
  const pairs: [string, unknown, unknown][] = [
    ['taskId', manifest.taskId, payload.taskId],
    ['podId', podId, payload.podId],
    ['dataset', placeOf(manifest, podId).dataset, payload.dataset],
    ['userId', manifest.userId, payload.userId],
    ['protocol', manifest.protocol, ref(payload.protocol)],
    ['algorithm', manifest.algorithm, ref(payload.algorithm)],
    ['model', manifest.model, ref(payload.model)],
    ['privacy', manifest.privacy, payload.privacy],
    ['secureAggregation', manifest.secureAggregation, payload.secureAggregation],
    ['limits', manifest.limits, payload.limits],
    ['podCount', pods.length, payload.podCount],
    ['podIndex', order.indexOf(podId), payload.podIndex],
  ];
  for (const [at, signed, sealed] of pairs) {
    if (canonicalJson(signed) !== canonicalJson(sealed)) throw new Fault('envelope.tampered', 'Manifest and payload do not say the same.', { at });
  }
}

function placeOf(manifest: TaskManifest, podId: string): TaskManifest['pods'][number] {
  const places = manifest.pods.filter((pod) => pod.podId === podId);
  if (places.length !== 1) throw new Fault('envelope.wrong-recipient', 'The task is not for this pod.', { at: 'manifest.pods' });
  return places[0]!;
}

/** Signed objects have exactly the members that we know: one that says more means something that we would not do. */
export function wellFormed<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  try {
    return validate(schema, value);
  } catch (error) {
    throw new Fault('envelope.malformed', isFault(error) ? error.message : undefined, isFault(error) && error.details.at ? { at: error.details.at } : {});
  }
}

/** The manifest as it claims to be, before anything is verified: only good for saying no. */
function readUnverified(jws: string): TaskManifest {
  try {
    const payload = readStrictJson(decodeBase64url(jws.split('.')[1] ?? ''), { maxBytes: limits.manifestBytes * 2 });
    return wellFormed(taskManifest, payload);
  } catch (error) {
    throw isFault(error) && error.code.startsWith('envelope.') ? error : new Fault('envelope.malformed', 'The manifest cannot be read.', { at: 'manifest', cause: error });
  }
}
