import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sealContext, sealedReview, typ, type SealedReview } from '@podnet/contracts';
import { fingerprint, makeKeys, openSealedSigned, publicHalf, sealSigned, thumbprint, type KeyPair } from '@podnet/envelope';
import { col, scan } from '@podnet/plan';
import { run } from '../commands/run.ts';
import { loadPins, savePins } from '../home/pins.ts';
import type { Review } from '../store/reviews.ts';
import { queryTask } from '../testing/asked-query.ts';
import { LivingPod } from '../testing/living-pod.ts';
import type { Keys, SubmittedTask } from '../testing/pod-house.ts';
import { RecordedTerminal } from '../testing/recorded-terminal.ts';

const yaml = `    policy: { safe_zone: { aggregation: { min_size: 10 } }, unsafe_handling: review }\n`;
const rows = queryTask(scan('people').head(5));
const groups = queryTask(scan('people').groupBy('group').agg(col('height').mean().alias('mean')));

let pod: LivingPod;
/** A device that the custodian has since the pod joined. */
let phone: KeyPair;
beforeEach(async () => {
  pod = await LivingPod.build({ yaml });
  phone = await makeKeys();
});
afterEach(() => pod.clear());

async function devices(...words: string[]): Promise<void> {
  const terminal = new RecordedTerminal();
  expect([await run(['devices', ...words, '--config', pod.house.configPath], terminal), terminal.said]).toEqual([0, []]);
}
const printOf = (keys: KeyPair): Promise<string> => fingerprint(publicHalf(keys));

/** How often the pod, which runs, has taken up other pins. */
const taken = (): number => pod.house.log.split('\n').filter((line) => line.includes('pins.changed')).length;
async function within(change: () => Promise<void>): Promise<void> {
  const before = taken();
  await change();
  await pod.house.hub.when(() => taken() > before, 'the running pod has other pins', 1_000);
}
const add = (keys: KeyPair): Promise<void> => within(async () => {
  const file = join(pod.house.folder, 'phone.json');
  writeFileSync(file, JSON.stringify({ v: 1, name: 'phone', keys: publicHalf(keys) }));
  await devices('add', file, await printOf(keys));
});
const remove = (keys: KeyPair): Promise<void> => within(async () => devices('remove', await printOf(keys)));

/** A task of the custodian, signed by one of their devices; the hub vouches for all of it, and knows of no grant. */
async function asCustodian(device: KeyPair, { payload }: SubmittedTask): Promise<string> {
  const { house } = pod;
  const userId = house.pins.custodian.id;
  const modeller = house.modeller;
  house.modeller = device;
  try {
    return await house.submit({ payload: { ...payload, userId }, manifest: { userId }, grant: { userId, email: 'custodian@example.org', custodian: true, role: null, grantId: null, devices: [publicHalf(device) as Keys] } });
  } finally {
    house.modeller = modeller;
  }
}
const endOf = async (id: string) => {
  const { state, code } = await pod.house.hub.ended(id);
  return { state, code };
};
const asked = async (device: KeyPair, task: SubmittedTask = groups) => endOf(await asCustodian(device, task));

async function waiting(task: SubmittedTask = rows): Promise<{ id: string; review: Review }> {
  const id = await pod.house.submit(task);
  return { id, review: await waits(id) };
}
async function waits(id: string): Promise<Review> {
  const found = (): Review | undefined => pod.store.reviews.list('waiting').find((review) => review.assignmentId === id);
  await pod.house.hub.when(() => (pod.house.hub.reviews.get(found()?.id ?? '')?.copies.length ?? 0) > 0 && pod.store.reviews.untold().length === 0, 'it waits, and the hub has it');
  return found()!;
}
const copyFor = async (review: Review, device: KeyPair): Promise<string | undefined> => {
  const key = await thumbprint(device.encryption);
  return pod.house.hub.reviews.get(review.id)!.copies.findLast((copy) => copy.device === key)?.sealed;
};

async function decide(review: Review, by: KeyPair): Promise<void> {
  const { podId, hub, keys } = pod.house;
  const payload = { v: 1, podId, reviewId: review.id, hash: review.hash, decision: 'approve', note: null, scope: { runs: 1 }, decidedAt: Date.now() };
  const decision = await sealSigned({ signTyp: typ.reviewDecisionSigned, sealTyp: typ.reviewDecision, payload, signKey: by.signing, to: publicHalf(keys.pair).encryption, context: sealContext.reviewDecision(podId, review.id) });
  // The hub calls every device the custodian's that it is asked about.
  hub.post({ kind: 'review-decided', body: { reviewId: review.id, decision, devices: [await thumbprint(by.signing)] } });
}
const refused = (review: Review, code: string): Promise<void> => pod.house.hub.when(() => pod.house.hub.reviews.get(review.id)!.refused === code, `it was refused: ${code}`);

describe('a device that is added while the pod runs', () => {
  it('asks as the custodian’s from then on, and not before, whatever the hub says', async () => {
    expect(await asked(phone)).toEqual({ state: 'denied', code: 'policy.no-access' });
    await add(phone);
    expect(await asked(phone)).toEqual({ state: 'done', code: null });
    expect(await asked(pod.house.custodian)).toEqual({ state: 'done', code: null });
    await pod.rest();
    await pod.wake();
    expect(await asked(phone)).toEqual({ state: 'done', code: null });
  });

  it('decides, also about what waited before it came: that is sealed to it too', async () => {
    const { id, review } = await waiting();
    expect(await copyFor(review, phone)).toBeUndefined();
    await decide(review, phone);
    await refused(review, 'envelope.unknown-key');
    await add(phone);
    let sealed: string | undefined;
    await pod.house.hub.when(() => (void copyFor(review, phone).then((copy) => (sealed = copy)), sealed !== undefined), 'it has a copy');
    const { payload } = await openSealedSigned(sealed!, { signTyp: typ.reviewSigned, sealTyp: typ.review, keys: () => publicHalf(pod.house.keys.pair).signing, key: phone.encryption, context: sealContext.review(pod.house.podId, review.id), maxBytes: 1 << 20 });
    expect((sealedReview.parse(payload) satisfies SealedReview).hash).toBe(review.hash);
    await decide(review, phone);
    expect(await endOf(id)).toEqual({ state: 'done', code: null });
    expect(pod.store.reviews.find(review.id)!.decidedBy).toContain(await thumbprint(phone.signing));
  });

  it('gets what waited also when the pod was down while it came', async () => {
    const { id, review } = await waiting();
    await pod.rest();
    const file = join(pod.house.folder, 'phone.json');
    writeFileSync(file, JSON.stringify({ v: 1, name: 'phone', keys: publicHalf(phone) }));
    await devices('add', file, await printOf(phone));
    await pod.wake();
    let sealed: string | undefined;
    await pod.house.hub.when(() => (void copyFor(review, phone).then((copy) => (sealed = copy)), sealed !== undefined), 'it has a copy');
    await decide(review, phone);
    expect(await endOf(id)).toEqual({ state: 'done', code: null });
  });
});

describe('a file of pins that was put back from a copy', () => {
  it('counts like one that a command has written, and what waits is sealed anew', async () => {
    const { review } = await waiting();
    const { custodian, ...pins } = loadPins(pod.house.home);
    await within(async () => savePins(pod.house.home, { ...pins, custodian: { ...custodian, devices: [...custodian.devices, publicHalf(phone) as Keys] } }));
    let sealed: string | undefined;
    await pod.house.hub.when(() => (void copyFor(review, phone).then((copy) => (sealed = copy)), sealed !== undefined), 'it has a copy');
  });
});

describe('a device that is taken back while the pod runs', () => {
  beforeEach(() => add(phone));

  it('asks as nobody’s from then on, also after a restart, although the hub still vouches for it', async () => {
    expect(await asked(phone)).toEqual({ state: 'done', code: null });
    await remove(phone);
    expect(await asked(phone)).toEqual({ state: 'denied', code: 'policy.no-access' });
    expect(await asked(pod.house.custodian)).toEqual({ state: 'done', code: null });
    await pod.rest();
    await pod.wake();
    expect(await asked(phone)).toEqual({ state: 'denied', code: 'policy.no-access' });
  });

  it('decides nothing more, not by what it signed before either; what it has decided stays', async () => {
    const first = await waiting();
    await decide(first.review, phone);
    expect((await endOf(first.id)).state).toBe('done');
    const { id, review } = await waiting(queryTask(scan('people').head(6)));
    await remove(phone);
    await decide(review, phone);
    await refused(review, 'envelope.unknown-key');
    expect(pod.store.reviews.find(review.id)!.state).toBe('waiting');
    expect(pod.house.hub.assignments.get(id)!.result).toBeNull();
    expect(pod.store.reviews.find(first.review.id)!.state).toBe('approved');
    await decide(review, pod.house.custodian);
    expect((await endOf(id)).state).toBe('done');
  });

  it('is shown nothing of what comes to wait', async () => {
    await remove(phone);
    const { review } = await waiting();
    expect([await copyFor(review, phone), typeof (await copyFor(review, pod.house.custodian))]).toEqual([undefined, 'string']);
  });

  it('ends what it has begun; the other devices’ goes on', async () => {
    const [of, other] = [await asCustodian(phone, rows), await asCustodian(pod.house.custodian, queryTask(scan('people').head(6)))];
    await Promise.all([waits(of), waits(other)]);
    await remove(phone);
    expect(await endOf(of)).toEqual({ state: 'failed', code: 'policy.no-access' });
    expect(pod.house.hub.assignments.get(of)!.result).toBeNull();
    expect(pod.store.reviews.list('waiting').map(({ assignmentId }) => assignmentId)).toEqual([other]);
  });
});

it('pins that are damaged while the pod runs change nothing, and count again when they are mended', async () => {
  const path = join(pod.house.home, 'pins.json');
  const pins = readFileSync(path, 'utf8');
  writeFileSync(path, pins.slice(0, 200));
  await pod.house.hub.when(() => pod.house.log.includes('pins.unreadable'), 'it is told', 2_000);
  expect(await asked(pod.house.custodian)).toEqual({ state: 'done', code: null });
  expect(await asked(phone)).toEqual({ state: 'denied', code: 'policy.no-access' });
  writeFileSync(path, pins);
  await add(phone);
  expect(await asked(phone)).toEqual({ state: 'done', code: null });
});
