import { typ, type PodDetail } from '@podnet/contracts';
import { fingerprint, makeKeys, publicHalf, sign, type KeyPair } from '@podnet/envelope';
import { podCalls } from './people.ts';
import { trustPod } from './pins.ts';
import type { Session } from './session.ts';
import { memoryStore } from './store.ts';

const id = 'pod_01hzzzzzzzzzzzzzzzzzzzzzzz';

async function detailOf(keys: KeyPair, change: Partial<PodDetail> = {}): Promise<PodDetail> {
  const card = await sign({ typ: typ.podCard, payload: { v: 1, podId: id, keys: publicHalf(keys), datasets: [], version: '0.1.0', issuedAt: 1 }, key: keys.signing });
  return {
    id, name: 'north', state: 'active', online: true, custodian: { id: 'usr_01hzzzzzzzzzzzzzzzzzzzzzzz', name: 'C' }, yourRole: 'viewer', datasets: [], lastSeenAt: null,
    keys: publicHalf(keys), fingerprint: await fingerprint(publicHalf(keys)), card, version: '0.1.0', schemas: [], ...change,
  };
}

/** A hub that shows one pod, each time the next of these. */
function hubThatShows(...details: PodDetail[]) {
  const call = async (name: string) => (name === 'listPods' ? { pods: [details[0]] } : details.length > 1 ? details.shift() : details[0]);
  const store = memoryStore();
  return { store, pods: podCalls({ rest: { call } } as unknown as Session, store) };
}

describe('the fingerprint that people compare', () => {
  it('is that of the keys, or the pod is not shown', async () => {
    const [own, other] = [await makeKeys(), await makeKeys()];
    expect((await hubThatShows(await detailOf(own)).pods.show('north')).fingerprint).toBe(await fingerprint(publicHalf(own)));
    // The hub's own keys under the fingerprint that the custodian will name.
    const lie = await detailOf(other, { fingerprint: await fingerprint(publicHalf(own)) });
    await expect(hubThatShows(lie).pods.show('north')).rejects.toMatchObject({ code: 'envelope.tampered' });
  });

  it('is the one that is pinned, also when the hub shows another pod by then', async () => {
    const [old, fresh, other] = [await makeKeys(), await makeKeys(), await makeKeys()];
    const { store, pods } = hubThatShows(await detailOf(fresh), await detailOf(other));
    await trustPod(await detailOf(old), store);
    const { fingerprint: seen } = await pods.show('north');
    await expect(pods.trust('north', seen!)).rejects.toMatchObject({ code: 'pin.changed' });
    // What was known is known still.
    await expect(trustPod(await detailOf(other), store)).rejects.toMatchObject({ code: 'pin.changed' });
  });
});
