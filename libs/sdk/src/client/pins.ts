import { podCard as podCardSchema, typ, validate, type PodCard, type PodDetail, type PublicKeys } from '@podnet/contracts';
import { canonicalJson, fingerprint, openSigned, parsePublicKeys, sha256Base64url, thumbprint } from '@podnet/envelope';
import { Fault } from '@podnet/errors';
import type { ClientStore } from './store.ts';

type Pins = Record<string, { fingerprint: string; pinnedAt: number }>;

/** A pod whose keys and schemas were checked against its own signature and against what was pinned before. */
export interface TrustedPod {
  podId: string;
  name: string;
  keys: PublicKeys;
  fingerprint: string;
  card: PodCard;
  detail: PodDetail;
}

/**
 * Checks a pod's card: signed by the pod's own key, naming the same keys and the same schemas that the hub shows. The first
 * time a pod is used its fingerprint is pinned; a hub that swaps it later is found out.
 * **Throws** `pin.changed`, `envelope.*`.
 */
export async function trustPod(detail: PodDetail, store: ClientStore, now = Date.now()): Promise<TrustedPod> {
  if (!detail.card || !detail.keys) throw new Fault('pod.offline', `The pod ${detail.name} has not published anything yet.`, { at: detail.name });
  const keys = parsePublicKeys(detail.keys);
  const kid = await thumbprint(keys.signing);
  const { payload } = await openSigned(detail.card, { typ: typ.podCard, keys: (asked) => (asked === kid ? keys.signing : undefined), maxBytes: 1 << 20 });
  const card = validate(podCardSchema, payload);
  if (card.podId !== detail.id || canonicalJson(card.keys) !== canonicalJson(keys)) {
    throw new Fault('envelope.tampered', `The card of the pod ${detail.name} speaks of another pod or other keys.`, { at: detail.name });
  }
  for (const schema of detail.schemas) {
    const named = card.datasets.find((dataset) => dataset.name === schema.dataset);
    if (named?.schemaHash !== (await sha256Base64url(canonicalJson(schema)))) {
      throw new Fault('envelope.tampered', `The schema of ${detail.name}/${schema.dataset} is not the one that the pod signed.`, { at: `${detail.name}/${schema.dataset}` });
    }
  }
  const print = await fingerprint(keys);
  const pins = ((await store.load('pins')) as Pins | undefined) ?? {};
  const pinned = pins[detail.id];
  if (pinned && pinned.fingerprint !== print) {
    throw new Fault('pin.changed', `The keys of the pod ${detail.name} are not the ones that this device knows.`, {
      at: detail.name,
      hint: `Ask the custodian for the fingerprint; if it is ${print}, accept it with: podnet pods trust ${detail.name}.`,
    });
  }
  if (!pinned) await store.save('pins', { ...pins, [detail.id]: { fingerprint: print, pinnedAt: now } });
  return { podId: detail.id, name: detail.name, keys, fingerprint: print, card, detail };
}

/** Forgets what was pinned for a pod, after its custodian confirmed the new fingerprint. */
export async function unpin(podId: string, store: ClientStore): Promise<void> {
  const { [podId]: _, ...rest } = ((await store.load('pins')) as Pins | undefined) ?? {};
  await store.save('pins', rest);
}
