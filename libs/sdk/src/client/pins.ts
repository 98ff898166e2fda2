import { podCard as podCardSchema, typ, validate, type PodCard, type PodDetail, type PublicKeys } from '@podnet/contracts';
import { canonicalJson, fingerprint, openSigned, parsePublicKeys, sha256Base64url, thumbprint } from '@podnet/envelope';
import { Fault } from '@podnet/errors';
import type { ClientStore } from './store.ts';

/** By pod id. */
type Pins = Record<string, { fingerprint: string; name?: string; pinnedAt: number }>;

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
 * time a pod is used its fingerprint is pinned under its id and its name; a hub that swaps the keys later, or puts another pod under
 * the name, is found out.
 * **Throws** `pin.changed`, `envelope.*`.
 */
export async function trustPod(detail: PodDetail, store: ClientStore, now = Date.now()): Promise<TrustedPod> {
  const trusted = await verified(detail);
  await pin(trusted, store, now);
  return trusted;
}

/** The id under which this device knows a pod of that name or id. */
export async function pinnedId(nameOrId: string, store: ClientStore): Promise<string | undefined> {
  const pins = await load(store);
  return Object.hasOwn(pins, nameOrId) ? nameOrId : namesakes(pins, nameOrId)[0];
}

const mostRemembered = 1_000;
const remembered = new Map<string, { shown: string; trusted: TrustedPod }>();

/** What was verified once is not verified again while the hub shows exactly the same: a card is signed for months of tasks. */
async function verified(detail: PodDetail): Promise<TrustedPod> {
  const { id, name, card, keys, schemas } = detail;
  const shown = JSON.stringify([id, name, card, keys, schemas]);
  const known = remembered.get(id);
  if (known?.shown === shown) return { ...known.trusted, detail };
  const trusted = await verify(detail);
  if (remembered.size >= mostRemembered) remembered.clear();
  remembered.set(id, { shown, trusted });
  return trusted;
}

async function verify(detail: PodDetail): Promise<TrustedPod> {
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
  return { podId: detail.id, name: detail.name, keys, fingerprint: await fingerprint(keys), card, detail };
}

async function pin({ podId, name, fingerprint: print }: TrustedPod, store: ClientStore, now: number): Promise<void> {
  await alone(store, async () => {
    const pins = await load(store);
    const pinned = pins[podId];
    const isOther = pinned !== undefined && pinned.fingerprint !== print;
    if (isOther || namesakes(pins, name).some((id) => id !== podId) || (pinned?.name ?? name) !== name) {
      throw new Fault('pin.changed', isOther ? `The keys of the pod ${name} are not the ones that this device knows.` : `The pod ${name} is not the one that this device knows by that name.`, {
        at: name,
        hint: `Ask the custodian for the fingerprint; if it is ${print}, accept it with: podnet pods trust ${name}.`,
      });
    }
    if (pinned?.name !== name) await store.save('pins', { ...pins, [podId]: { fingerprint: print, name, pinnedAt: pinned?.pinnedAt ?? now } });
  });
}

/** Forgets what was pinned for a pod and for its name, after its custodian confirmed the new fingerprint. */
export async function unpin(podId: string, store: ClientStore, name?: string): Promise<void> {
  await alone(store, async () => {
    const pins = await load(store);
    const gone = new Set([podId, ...(name === undefined ? [] : namesakes(pins, name))]);
    await store.save('pins', Object.fromEntries(Object.entries(pins).filter(([id]) => !gone.has(id))));
  });
}

const load = async (store: ClientStore): Promise<Pins> => ((await store.load('pins')) as Pins | undefined) ?? {};

const namesakes = (pins: Pins, name: string): string[] => Object.keys(pins).filter((id) => pins[id]!.name === name);

const lines = new WeakMap<ClientStore, Promise<unknown>>();

/** One after another: pods of one task are pinned at the same time, and none of the pins may get lost. */
function alone<T>(store: ClientStore, work: () => Promise<T>): Promise<T> {
  const done = (lines.get(store) ?? Promise.resolve()).then(work);
  lines.set(store, done.catch(() => undefined));
  return done;
}
