import { reviewDecision, sealContext, sealedReview, typ, type ReviewDecision, type SealedReview } from '@podnet/contracts';
import { inspectSealed, makeKeys, openSealedSigned, publicHalf, sealSigned, thumbprint, type KeyPair } from '@podnet/envelope';
import type { Pins } from '../home/pins.ts';
import { pinnedKeys } from '../home/pins.ts';
import type { Recipient } from './open-assignment.ts';
import { openDecision } from './open-decision.ts';
import { sealReview } from './seal-review.ts';

const podId = 'pod_01hzzzzzzzzzzzzzzzzzzzzzzz';
const reviewId = 'rev_0m1abcdef0123456789';
const now = 1_800_000_000_000;
const hash = 'h'.repeat(43);
const waits = { id: reviewId, hash, madeAt: now - 60_000 };

let pod: KeyPair;
let laptop: KeyPair;
let phone: KeyPair;
/** A device of the custodian's account that the pod has never seen. */
let later: KeyPair;
let pins: Pins;
let recipient: Recipient;

beforeAll(async () => {
  [pod, laptop, phone, later] = (await Promise.all([1, 2, 3, 4].map(() => makeKeys()))) as [KeyPair, KeyPair, KeyPair, KeyPair];
  pins = {
    v: 1, podId, name: 'north', joinedAt: 0,
    hub: { url: 'http://hub', name: 'podnet', keys: [publicHalf(await makeKeys()).signing] },
    custodian: { id: 'usr_01hzzzzzzzzzzzzzzzzzzzzzzz', email: 'c@example.org', name: 'C', devices: [publicHalf(laptop), publicHalf(phone)] as Pins['custodian']['devices'] },
  };
  recipient = { podId, keys: pod, pins, pinned: await pinnedKeys(pins), now };
});

const content: SealedReview = {
  v: 1, podId, reviewId, assignmentId: 'asg_01hzzzzzzzzzzzzzzzzzzzzzzz', hash, madeAt: now, deadlineAt: now + 3_600_000,
  shown: {
    requester: { userId: 'usr_01hzzzzzzzzzzzzzzzzzzzzzzy', email: 'm@example.org', fingerprint: 'aa bb', role: 'general-modeller' },
    taskId: 'tsk_01hzzzzzzzzzzzzzzzzzzzzzzz', dataset: 'people', algorithm: 'frame-query@1', sentence: 'From people, keep the first 5 rows.', tree: 'head 5\n  people', plan: '{}',
    sources: [{ dataset: 'people', version: '1', policyHash: 'p' }], used: [{ dataset: 'people', column: 'age' }], revealed: [{ name: 'age', class: 'rows', from: [{ dataset: 'people', column: 'age' }], nulled: false }],
    units: [{ dataset: 'people', smallest: { units: 1, atLeast: false }, total: null }], failed: [{ id: 'query.aggregation', says: 'Too few.', dataset: 'people', at: '$.input' }], warnings: [],
    rows: 5, preview: { rows: 5, columns: [{ name: 'age', type: 'integer', nulled: false, values: [41, null] }], suppressed: false, warnings: [] }, answerHash: hash,
  },
};

describe('a query that waits', () => {
  it('is sealed to each pinned device, and opens with none but its own', async () => {
    const copies = await sealReview(content, { pins, signKey: pod.signing });
    expect(copies.map(({ device }) => device)).toEqual([await thumbprint(publicHalf(laptop).encryption), await thumbprint(publicHalf(phone).encryption)]);
    const open = (sealed: string, key: KeyPair) => openSealedSigned(sealed, { signTyp: typ.reviewSigned, sealTyp: typ.review, keys: () => publicHalf(pod).signing, key: key.encryption, context: sealContext.review(podId, reviewId) });
    expect(sealedReview.parse((await open(copies[1]!.sealed, phone)).payload)).toEqual(content);
    await expect(open(copies[1]!.sealed, laptop)).rejects.toMatchObject({ code: 'envelope.wrong-recipient' });
    await expect(open(copies[1]!.sealed, later)).rejects.toMatchObject({ code: 'envelope.wrong-recipient' });
    expect(Buffer.from(copies[0]!.sealed.split('.')[3]!, 'base64url').toString('latin1')).not.toContain('people');
  });

  it('stays at the pod when it is larger than the hub carries', async () => {
    expect(await sealReview({ ...content, shown: { ...content.shown, plan: 'x'.repeat(900_000) } }, { pins, signKey: pod.signing })).toEqual([]);
  });
});

const approval: ReviewDecision = { v: 1, podId, reviewId, hash, decision: 'approve', note: 'fine', scope: { runs: 1 }, decidedAt: now };

interface Forgery {
  by?: () => KeyPair;
  to?: () => KeyPair;
  context?: object;
  change?: object;
}

let devices: string[];
beforeAll(async () => {
  // The hub calls all of them the custodian's.
  devices = await Promise.all([laptop, phone, later].map((keys) => thumbprint(publicHalf(keys).signing)));
});

const seal = ({ by = () => laptop, to = () => pod, context = {}, change = {} }: Forgery = {}): Promise<string> =>
  sealSigned({ signTyp: typ.reviewDecisionSigned, sealTyp: typ.reviewDecision, payload: { ...approval, ...change }, signKey: by().signing, to: publicHalf(to()).encryption, context: { ...sealContext.reviewDecision(podId, reviewId), ...context } });

const decided = async (forgery?: Forgery) => ({ decision: await seal(forgery), devices });

describe('a decision through the hub', () => {
  it('counts when a pinned device has signed it', async () => {
    expect(await openDecision(await decided(), waits, recipient)).toEqual({ decision: approval, device: await thumbprint(publicHalf(laptop).signing) });
    expect((await openDecision(await decided({ by: () => phone, change: { decision: 'deny', scope: null } }), waits, recipient)).decision.decision).toBe('deny');
  });

  it('does not count by a device that was revoked since', async () => {
    await expect(openDecision({ ...(await decided()), devices: devices.slice(1) }, waits, recipient)).rejects.toMatchObject({ code: 'envelope.unknown-key' });
  });

  const elsewhere = 'rev_0m1abcdef0123456780';
  it.each<[string, Forgery, string]>([
    ['by a device of the account that was not pinned', { by: () => later }, 'envelope.unknown-key'],
    ['by the pod itself', { by: () => pod }, 'envelope.unknown-key'],
    ['sealed to somebody else', { to: () => phone }, 'envelope.wrong-recipient'],
    ['of another review, replayed', { context: { review: elsewhere }, change: { reviewId: elsewhere } }, 'envelope.tampered'],
    ['of another review inside', { change: { reviewId: elsewhere } }, 'envelope.tampered'],
    ['for another pod', { change: { podId: 'pod_01hzzzzzzzzzzzzzzzzzzzzzzy' } }, 'envelope.tampered'],
    ['about something else than what waits', { change: { hash: 'g'.repeat(43) } }, 'conflict.stale'],
    ['from before there was anything to see', { change: { decidedAt: now - 3_600_000 } }, 'envelope.expired'],
    ['from the future', { change: { decidedAt: now + 3_600_000 } }, 'envelope.expired'],
    ['without a scope', { change: { scope: null } }, 'envelope.malformed'],
    ['a denial with a scope', { change: { decision: 'deny' } }, 'envelope.malformed'],
    ['for no run at all', { change: { scope: { runs: 0 } } }, 'envelope.malformed'],
    ['for runs and until a time', { change: { scope: { runs: 2, until: now } } }, 'envelope.malformed'],
    ['that says more than it should', { change: { also: true } }, 'envelope.malformed'],
  ])('does not count %s', async (_, forgery, code) => {
    await expect(openDecision(await decided(forgery), waits, recipient)).rejects.toMatchObject({ code });
  });

  it('does not count when it was written as another object, however well signed', async () => {
    const other = await sealSigned({ signTyp: typ.payloadSigned, sealTyp: typ.payload, payload: approval, signKey: laptop.signing, to: publicHalf(pod).encryption, context: sealContext.reviewDecision(podId, reviewId) });
    await expect(openDecision({ decision: other, devices }, waits, recipient)).rejects.toMatchObject({ code: 'envelope.wrong-type' });
    expect(() => inspectSealed(other, { typ: typ.reviewDecision, context: sealContext.reviewDecision(podId, reviewId) })).toThrow();
    expect(reviewDecision.safeParse(approval).success).toBe(true);
  });
});
