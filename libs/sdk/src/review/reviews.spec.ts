import { reviewDecision, sealContext, typ, type PodCard, type PodDetail, type Review, type SealedReview } from '@podnet/contracts';
import { canonicalJson, fingerprint, makeKeys, openSealedSigned, publicHalf, sealSigned, sha256Base64url, sign, thumbprint, type KeyPair } from '@podnet/envelope';
import type { HubSocket } from '../client/hub-socket.ts';
import type { Session } from '../client/session.ts';
import { memoryStore, type ClientStore } from '../client/store.ts';
import { reviewCalls } from './reviews.ts';

const podId = 'pod_01hzzzzzzzzzzzzzzzzzzzzzzz';
const reviewId = 'rev_0m1abcdef0123456789';
const assignmentId = 'asg_01hzzzzzzzzzzzzzzzzzzzzzzz';
const taskId = 'tsk_01hzzzzzzzzzzzzzzzzzzzzzzz';
const modellerId = 'usr_01hzzzzzzzzzzzzzzzzzzzzzzy';
const hash = 'h'.repeat(43);
const now = 1_800_000_000_000;

let pod: KeyPair;
let device: KeyPair;

beforeAll(async () => {
  [pod, device] = [await makeKeys(), await makeKeys()];
});

const summary: Review = {
  id: reviewId, pod: { id: podId, name: 'north' }, requester: { id: modellerId, name: 'M', email: 'm@example.org' }, dataset: 'people', taskId, assignmentId,
  state: 'open', requestId: null, refusedCode: null, createdAt: new Date(now).toISOString(), deadlineAt: new Date(now + 1_000).toISOString(), endedAt: null,
};

const content: SealedReview = {
  v: 1, podId, reviewId, assignmentId, hash, madeAt: now, deadlineAt: now + 1_000,
  shown: {
    requester: { userId: modellerId, email: 'm@example.org', fingerprint: 'aa bb', role: 'general-modeller' }, taskId, dataset: 'people', algorithm: 'frame-query@1',
    sentence: 'From people, keep the first 5 rows.', tree: 'head 5\n  people', plan: '{}', sources: [], used: [], revealed: [], units: [], failed: [], warnings: [], rows: 5, preview: { columns: [] }, answerHash: hash,
  },
};

async function shownPod(keys: KeyPair = pod): Promise<PodDetail> {
  const schema = { dataset: 'people', version: 'v1', columns: [{ name: 'age', kind: 'number' as const }], parts: ['train' as const] };
  const card: PodCard = { v: 1, podId, keys: publicHalf(keys), datasets: [{ name: 'people', schemaHash: await sha256Base64url(canonicalJson(schema)), version: 'v1' }], version: '0.1.0', issuedAt: 1 };
  return {
    id: podId, name: 'north', state: 'active', online: true, custodian: { id: 'usr_01hzzzzzzzzzzzzzzzzzzzzzzz', name: 'C' }, yourRole: 'custodian', datasets: ['people'], lastSeenAt: null,
    keys: publicHalf(keys), fingerprint: await fingerprint(publicHalf(keys)), card: await sign({ typ: typ.podCard, payload: card, key: keys.signing }), version: '0.1.0', schemas: [schema],
  };
}

interface Shape {
  by?: KeyPair;
  to?: KeyPair;
  change?: Partial<SealedReview>;
}

const sealed = ({ by = pod, to = device, change = {} }: Shape = {}): Promise<string> =>
  sealSigned({ signTyp: typ.reviewSigned, sealTyp: typ.review, payload: { ...content, ...change }, signKey: by.signing, to: publicHalf(to).encryption, context: sealContext.review(podId, reviewId) });

/** A hub with one review, and a custodian's side of it. */
async function custodian({ copy, review = summary, store = memoryStore(), detail }: { copy?: string | null; review?: Review; store?: ClientStore; detail?: PodDetail } = {}) {
  await store.save('device', { id: 'dev_1', name: 'laptop', keys: device });
  const hub = { review: { ...review }, sealed: copy === undefined ? await sealed() : copy, decisions: [] as string[], asked: [] as unknown[], waiting: [review] };
  const hints = new Set<() => void>();
  const call = async (name: string, input: { query?: unknown; body?: { decision: string } }) => {
    switch (name) {
      case 'listReviews':
        return { reviews: hub.waiting };
      case 'showReview':
        hub.asked.push(input.query);
        return { ...hub.review, sealed: hub.sealed };
      case 'showPod':
        return detail ?? shownPod();
      case 'decideReview':
        hub.decisions.push(input.body!.decision);
        hub.review = { ...hub.review, state: 'answered' };
        return hub.review;
      default:
        throw new Error(name);
    }
  };
  const socket = { onHint: (listener: () => void) => (hints.add(listener), () => hints.delete(listener)) } as unknown as HubSocket;
  return { hub, store, hint: () => hints.forEach((each) => each()), listens: () => hints.size, reviews: reviewCalls({ rest: { call } } as unknown as Session, store, socket, () => now) };
}

const read = async (decision: string) =>
  reviewDecision.parse((await openSealedSigned(decision, { signTyp: typ.reviewDecisionSigned, sealTyp: typ.reviewDecision, keys: () => publicHalf(device).signing, key: pod.encryption, context: sealContext.reviewDecision(podId, reviewId) })).payload);

describe('what a custodian is shown', () => {
  it('is what the pod has signed and sealed to this device', async () => {
    const { reviews, hub } = await custodian();
    expect(await reviews.show(reviewId)).toMatchObject({ id: reviewId, state: 'open', content });
    expect(hub.asked).toEqual([{ device: await thumbprint(device.encryption) }]);
  });

  it('is nothing where nothing is sealed to this device, and then nothing is decided here', async () => {
    const { reviews, hub } = await custodian({ copy: null });
    expect((await reviews.show(reviewId)).content).toBeNull();
    for (const decide of [reviews.approve, reviews.deny]) await expect(decide(reviewId)).rejects.toMatchObject({ code: 'conflict.state' });
    expect(hub.decisions).toEqual([]);
  });

  const lies: [string, () => Promise<Parameters<typeof custodian>[0]>, string][] = [
    ['by another key than the pod’s', async () => ({ copy: await sealed({ by: await makeKeys() }) }), 'envelope.unknown-key'],
    ['sealed to somebody else', async () => ({ copy: await sealed({ to: pod }) }), 'envelope.wrong-recipient'],
    ['of another assignment', async () => ({ copy: await sealed({ change: { assignmentId: `${assignmentId.slice(0, -1)}y` } }) }), 'envelope.tampered'],
    ['with somebody else as who asks', async () => ({ review: { ...summary, requester: { ...summary.requester, id: 'usr_01hzzzzzzzzzzzzzzzzzzzzzzx' } } }), 'envelope.tampered'],
    ['for another task', async () => ({ review: { ...summary, taskId: `${taskId.slice(0, -1)}y` } }), 'envelope.tampered'],
    ['with less in it than it should have', async () => ({ copy: await sealed({ change: { shown: { sentence: 'x' } as never } }) }), 'envelope.malformed'],
    ['with text that repaints a terminal', async () => ({ copy: await sealed({ change: { shown: { ...content.shown, sentence: '\u001b[2J' } } }) }), 'envelope.malformed'],
  ];
  it.each(lies)('is refused when the hub shows it %s', async (_, make, code) => {
    const { reviews, hub } = await custodian(await make());
    await expect(reviews.show(reviewId)).rejects.toMatchObject({ code });
    await expect(reviews.approve(reviewId)).rejects.toMatchObject({ code });
    expect(hub.decisions).toEqual([]);
  });

  it('is refused when the hub has put another pod in the place of the one that was pinned', async () => {
    const store = memoryStore();
    await (await custodian({ store })).reviews.show(reviewId);
    const other = await makeKeys();
    const { reviews } = await custodian({ store, detail: await shownPod(other), copy: await sealed({ by: other }) });
    await expect(reviews.show(reviewId)).rejects.toMatchObject({ code: 'pin.changed' });
  });
});

describe('a decision', () => {
  it('is signed by the device, sealed to the pod, and bound to what was shown', async () => {
    const { reviews, hub } = await custodian();
    expect((await reviews.approve(reviewId, { note: 'fine' })).state).toBe('answered');
    await reviews.approve(reviewId, { scope: { until: now + 9 }, hash });
    await reviews.deny(reviewId);
    expect(await Promise.all(hub.decisions.map(read))).toEqual([
      { v: 1, podId, reviewId, hash, decision: 'approve', note: 'fine', scope: { runs: 1 }, decidedAt: now },
      { v: 1, podId, reviewId, hash, decision: 'approve', note: null, scope: { until: now + 9 }, decidedAt: now },
      { v: 1, podId, reviewId, hash, decision: 'deny', note: null, scope: null, decidedAt: now },
    ]);
  });

  it('about something else than what waits by now is not sent', async () => {
    const { reviews, hub } = await custodian();
    await expect(reviews.approve(reviewId, { hash: 'g'.repeat(43) })).rejects.toMatchObject({ code: 'conflict.stale' });
    expect(hub.decisions).toEqual([]);
  });

  it('is followed until the pod has said what came of it', async () => {
    const { reviews, hub, hint } = await custodian();
    const done = reviews.approve(reviewId, { waitMs: 10_000 });
    while (hub.decisions.length === 0) await new Promise((resolve) => setImmediate(resolve));
    hub.review = { ...hub.review, state: 'approved' };
    hint();
    expect((await done).state).toBe('approved');
  });

  it('that the pod has refused is told with its code', async () => {
    const { reviews, hub, hint, listens } = await custodian();
    const done = reviews.approve(reviewId, { waitMs: 10_000 });
    while (hub.decisions.length === 0) await new Promise((resolve) => setImmediate(resolve));
    hub.review = { ...hub.review, state: 'open', refusedCode: 'envelope.unknown-key' };
    hint();
    await expect(done).rejects.toMatchObject({ code: 'envelope.unknown-key', exit: 11 });
    expect(listens()).toBe(0);
  });

  it('does not keep anybody waiting for a pod that is away', async () => {
    const { reviews } = await custodian();
    expect((await reviews.approve(reviewId, { waitMs: 20 })).state).toBe('answered');
  });
});

describe('watching', () => {
  it('tells each query that waits once, and those that come, until it is left', async () => {
    const { reviews, hub, hint, listens } = await custodian();
    const leaving = new AbortController();
    const seen: string[] = [];
    for await (const { id } of reviews.watch({ signal: leaving.signal })) {
      seen.push(id);
      if (seen.length === 1) {
        hub.waiting = [summary, { ...summary, id: `${reviewId}0` }];
        hint();
      } else if (seen.length === 2) {
        hub.waiting = [{ ...summary, id: `${reviewId}1` }];
        setTimeout(hint, 1);
      } else leaving.abort();
    }
    expect(seen).toEqual([reviewId, `${reviewId}0`, `${reviewId}1`]);
    expect(listens()).toBe(0);
  });
});
