import { limits, taskManifest, typ, validate, type TaskManifest } from '@podnet/contracts';
import { checkFresh, decodeBase64url, openSigned, readStrictJson, sha256Base64url, type PublicJwk } from '@podnet/envelope';
import { Fault } from '@podnet/errors';

/** How old a manifest may be when it is submitted. */
const submitWithinMs = 10 * 60_000;

/** A device of the modeller, found by the thumbprint that a manifest names. */
export interface SigningDevice {
  signing: PublicJwk;
  encryptionThumbprint: string;
}

export interface SealedTask {
  manifest: string;
  payloads: readonly { podId: string; payload: string }[];
}

/**
 * Verifies what the hub can verify of a task: who signed it, for whom, when, and that each sealed payload is the one it names.
 * **Throws** `envelope.*`, `usage.invalid`.
 */
export async function readManifest({ manifest: jws, payloads }: SealedTask, userId: string, deviceOf: (kid: string) => Promise<SigningDevice | undefined>, now: number): Promise<TaskManifest> {
  let device: SigningDevice | undefined;
  const { payload } = await openSigned(jws, { typ: typ.manifest, maxBytes: 2 * limits.manifestBytes, keys: async (kid) => (device = await deviceOf(kid))?.signing });
  const manifest = validate(taskManifest, payload, { code: 'envelope.malformed' });
  checkFresh(manifest, now, { maxAgeMs: submitWithinMs });
  if (manifest.userId !== userId) throw new Fault('envelope.wrong-recipient', 'The task was signed for another account.', { at: 'manifest.userId' });
  if (manifest.sealTo !== device?.encryptionThumbprint) throw new Fault('envelope.unknown-key', 'The results would be sealed to another device than the one that signed.', { at: 'manifest.sealTo' });
  refuseUnusableLimits(manifest, now);
  await refuseOtherPayloads(manifest, payloads);
  return manifest;
}

function refuseUnusableLimits({ limits: asked, pods }: TaskManifest, now: number): void {
  const { least, most } = limits.taskDeadlineMs;
  const { clockLeewayMs } = limits;
  if (asked.deadlineAt < now + least) throw new Fault('usage.invalid', 'The deadline must be in the future.', { at: 'limits.deadline' });
  if (asked.deadlineAt > now + most + clockLeewayMs) throw new Fault('usage.invalid', `The deadline must be within ${most / 86_400_000} days.`, { at: 'limits.deadline' });
  if (asked.minPods > pods.length) throw new Fault('usage.invalid', 'The task asks for more pods than it names.', { at: 'limits.minPods' });
  if (new Set(pods.map((pod) => pod.podId)).size !== pods.length) throw new Fault('usage.invalid', 'The task names a pod twice.', { at: 'pods' });
}

async function refuseOtherPayloads({ pods }: TaskManifest, payloads: SealedTask['payloads']): Promise<void> {
  const given = new Map(payloads.map(({ podId, payload }) => [podId, payload]));
  const fits = given.size === payloads.length && payloads.length === pods.length;
  if (!fits) throw new Fault('envelope.tampered', 'The payloads are not those of the pods that the manifest names.', { at: 'payloads' });
  for (const { podId, payload: hash } of pods) {
    const payload = given.get(podId);
    if (payload === undefined || (await sha256Base64url(payload)) !== hash) throw new Fault('envelope.tampered', 'A payload is not the one that the manifest names.', { at: podId });
  }
}

/** Thumbprint of the key that signed a manifest, which was verified when it was submitted. */
export const signerOf = (jws: string): string => (readStrictJson(decodeBase64url(jws.split('.')[0] ?? '')) as { kid: string }).kid;

/** A manifest that was verified when it was submitted, read again. */
export const storedManifest = (jws: string): TaskManifest => taskManifest.parse(readStrictJson(decodeBase64url(jws.split('.')[1] ?? ''), { maxBytes: 2 * limits.manifestBytes }));
