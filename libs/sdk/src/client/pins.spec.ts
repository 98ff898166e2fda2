import { typ, type PodCard, type PodDetail } from '@podnet/contracts';
import { canonicalJson, fingerprint, makeKeys, publicHalf, sha256Base64url, sign } from '@podnet/envelope';
import { pinnedId, trustPod, unpin } from './pins.ts';
import { memoryStore } from './store.ts';

const podId = 'pod_01hzzzzzzzzzzzzzzzzzzzzzzz';
const schema = { dataset: 'records', version: 'v1', columns: [{ name: 'age', kind: 'number' as const }], parts: ['train' as const] };

async function shownPod(change: { card?: Partial<PodCard>; detail?: Partial<PodDetail>; keys?: Awaited<ReturnType<typeof makeKeys>> } = {}) {
  const keys = change.keys ?? (await makeKeys());
  const card: PodCard = { v: 1, podId, keys: publicHalf(keys), datasets: [{ name: 'records', schemaHash: await sha256Base64url(canonicalJson(schema)), version: 'v1' }], version: '0.1.0', issuedAt: 1, ...change.card };
  const detail: PodDetail = {
    id: podId, name: 'north', state: 'active', online: true, custodian: { id: 'usr_01hzzzzzzzzzzzzzzzzzzzzzzz', name: 'C' }, yourRole: 'viewer', datasets: ['records'], lastSeenAt: null,
    keys: publicHalf(keys), fingerprint: await fingerprint(publicHalf(keys)), card: await sign({ typ: typ.podCard, payload: card, key: keys.signing }), version: '0.1.0', schemas: [schema], ...change.detail,
  };
  return { keys, detail };
}

describe('a pod that is used for the first time', () => {
  it('is pinned, and good the next time', async () => {
    const store = memoryStore();
    const { detail } = await shownPod();
    expect((await trustPod(detail, store)).fingerprint).toBe(detail.fingerprint);
    await trustPod(detail, store);
  });

  it('is known by its name and its id from then on', async () => {
    const store = memoryStore();
    expect(await pinnedId('north', store)).toBeUndefined();
    await trustPod((await shownPod()).detail, store);
    expect([await pinnedId('north', store), await pinnedId(podId, store), await pinnedId('south', store)]).toEqual([podId, podId, undefined]);
  });

  it('is pinned also when several are used for the first time at once', async () => {
    const store = memoryStore();
    const ids = ['a', 'b', 'c'].map((letter) => podId.slice(0, -1) + letter);
    const shown = (id: string) => shownPod({ card: { podId: id }, detail: { id, name: `north-${id.at(-1)}` } });
    const pods = await Promise.all(ids.map(shown));
    // Writing takes its time, as on a disk.
    const slow = { ...store, save: (...given: Parameters<typeof store.save>) => new Promise<void>((ready) => setTimeout(() => ready(store.save(...given)), 30)) };
    await Promise.all(pods.map(({ detail }) => trustPod(detail, slow)));
    for (const id of ids) await expect(trustPod((await shown(id)).detail, store)).rejects.toMatchObject({ code: 'pin.changed' });
  });
});

describe('a hub that shows something else', () => {
  it('as the keys of a known pod is found out', async () => {
    const store = memoryStore();
    await trustPod((await shownPod()).detail, store);
    const other = await shownPod();
    await expect(trustPod(other.detail, store)).rejects.toMatchObject({ code: 'pin.changed', exit: 11 });
    // Only when the custodian has confirmed it.
    await unpin(podId, store);
    await trustPod(other.detail, store);
  });

  it('as another pod under a known name is found out', async () => {
    const store = memoryStore();
    await trustPod((await shownPod()).detail, store);
    const id = `${podId.slice(0, -1)}y`;
    const other = await shownPod({ card: { podId: id }, detail: { id } });
    await expect(trustPod(other.detail, store)).rejects.toMatchObject({ code: 'pin.changed' });
    await unpin(id, store, 'north');
    await trustPod(other.detail, store);
  });

  it('as a known pod under another name is found out', async () => {
    const store = memoryStore();
    const { detail } = await shownPod();
    await trustPod(detail, store);
    await expect(trustPod({ ...detail, name: 'south' }, store)).rejects.toMatchObject({ code: 'pin.changed' });
  });

  it.each([
    ['as a schema', async () => (await shownPod({ detail: { schemas: [{ ...schema, columns: [{ name: 'age', kind: 'category' as const }] }] } })).detail, 'envelope.tampered'],
    ['as a dataset more', async () => (await shownPod({ detail: { schemas: [schema, { ...schema, dataset: 'more' }] } })).detail, 'envelope.tampered'],
    ['as the encryption key', async () => (await shownPod({ detail: { keys: { ...publicHalf(await makeKeys()) } } })).detail, 'envelope.unknown-key'],
    ['as the card of another pod', async () => (await shownPod({ card: { podId: 'pod_01hzzzzzzzzzzzzzzzzzzzzzzy' } })).detail, 'envelope.tampered'],
    ['as nothing', async () => (await shownPod({ detail: { card: null } })).detail, 'pod.offline'],
  ] as const)('%s is found out', async (_, make, code) => {
    await expect(trustPod(await make(), memoryStore())).rejects.toMatchObject({ code });
  });

  it('as something else of a pod that was good a moment ago is found out', async () => {
    const store = memoryStore();
    const { detail } = await shownPod();
    await trustPod(detail, store);
    const forged = { ...detail, schemas: [{ ...schema, version: 'v2' }] };
    await expect(trustPod(forged, store)).rejects.toMatchObject({ code: 'envelope.tampered' });
    await expect(trustPod({ ...detail, card: `${detail.card}x` }, store)).rejects.toMatchObject({ code: expect.stringMatching(/^envelope\./) });
    expect((await trustPod({ ...detail, online: false }, store)).detail.online).toBe(false);
    // Another device of the same process has pins of its own.
    await trustPod(detail, memoryStore());
  });

  it('as only the encryption key, with the signing key kept, is found out', async () => {
    const { keys, detail } = await shownPod();
    const swapped = { signing: publicHalf(keys).signing, encryption: publicHalf(await makeKeys()).encryption };
    await expect(trustPod({ ...detail, keys: swapped }, memoryStore())).rejects.toMatchObject({ code: 'envelope.tampered' });
  });
});
