import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sealContext, typ } from '@podnet/contracts';
import { sealSigned } from '@podnet/envelope';
import type { House, Person } from '@podnet/launch';
import { scan } from '@podnet/plan';
import { connect, isFault, memoryStore, type Fault, type OpenedReview, type TaskFile } from '@podnet/sdk';
import { stringify } from 'yaml';
import { dump } from './hub-database.ts';
import { assign, temporaryHouse } from './temporary-house.ts';

/** A hub, pods that ask their custodian, and people who are nowhere near them. */
const canary = { cell: 'canary-cell-5d81c7', reason: 'canary-reason-0b7e22', note: 'canary-note-c93f14' };

let house: House;
let home: string;
let close: () => Promise<void>;
let custodian: Person;
let modeller: Person;

beforeAll(async () => {
  ({ house, home, close } = await temporaryHouse({ PODNET_LOG_LEVEL: 'debug' }));
  await house.admin();
  custodian = await house.person('custodian');
  modeller = await house.person('modeller');
  await Promise.all(['review', 'reject'].map((handling) => house.addPod(custodian, handling, podYaml(handling))));
  await assign(custodian, modeller, 'general-modeller', ['review', 'reject']);
}, 120_000);
afterAll(() => close());

function podYaml(handling: string): string {
  const file = join(home, `${handling}.csv`);
  writeFileSync(file, `name,age\n${Array.from({ length: 40 }, (_, i) => `${canary.cell}-${i},${20 + (i % 30)}`).join('\n')}\n`);
  return stringify({
    version: 1, name: handling, hub: house.hubUrl, home: './home',
    datasets: [{ name: 'records', source: { csv: file }, columns: { name: { type: 'text' } }, policy: { safe_zone: { aggregation: { min_size: 10 } }, unsafe_handling: handling } }],
  });
}

const rows = (pod: string, most: number): TaskFile => ({
  version: 1, pods: [`${pod}/records`], protocol: { name: 'results-only' }, limits: { deadline: '5m' },
  algorithm: { name: 'frame-query', plan: scan('data').head(most).toJson() } as unknown as TaskFile['algorithm'],
});

/** The next query that waits, as the custodian sees it. */
async function waiting(): Promise<OpenedReview> {
  for await (const { id } of custodian.podnet.reviews.watch({ signal: AbortSignal.timeout(30_000) })) return custodian.podnet.reviews.show(id);
  throw new Error('Nothing waits.');
}

const faultOf = async (work: Promise<unknown>): Promise<Fault> => work.then(
  () => { throw new Error('It was not refused.'); },
  (error: unknown) => { if (!isFault(error)) throw error; return error; },
);

describe('a query that waits for its custodian', () => {
  it('is left with exit status 6 by who does not wait, is shown to the custodian, and its rows leave once they approve', async () => {
    const task = await modeller.podnet.tasks.submit(rows('review', 3));
    expect(await faultOf(task.outcome({ waitForReview: false }))).toMatchObject({ code: 'policy.review', exit: 6 });
    const review = await waiting();
    expect(review.content?.shown).toMatchObject({ requester: { email: modeller.email }, rows: 3, units: [{ dataset: 'records', smallest: { units: 1 } }] });
    expect(JSON.stringify(review.content!.shown.preview)).toContain(canary.cell);
    expect((await modeller.podnet.tasks.show(task.taskId)).assignments[0]!.reviewUntil).not.toBeNull();
    const outcome = (await modeller.podnet.tasks.attach(task.taskId)).outcome();
    expect((await custodian.podnet.reviews.approve(review.id, { hash: review.content!.hash, note: canary.note, waitMs: 20_000 })).state).toBe('approved');
    expect(JSON.stringify((await outcome).summary)).toContain(canary.cell);
  }, 60_000);

  it('is denied with a note that the modeller reads', async () => {
    const task = await modeller.podnet.tasks.submit(rows('review', 4));
    const outcome = faultOf(task.outcome());
    const review = await waiting();
    expect((await custodian.podnet.reviews.deny(review.id, { note: canary.note, waitMs: 20_000 })).state).toBe('denied');
    const fault = await outcome;
    expect(fault).toMatchObject({ code: 'policy.denied', exit: 5 });
    expect(JSON.stringify(fault.details.verdicts)).toContain(canary.note);
  }, 60_000);

  it('is not decided by a device that the pod has not pinned, whatever the hub thinks of it', async () => {
    const task = await modeller.podnet.tasks.submit(rows('review', 5));
    const outcome = faultOf(task.outcome());
    const review = await waiting();
    const later = connect({ hub: house.hubUrl, store: memoryStore() });
    await later.session.signIn({ email: custodian.email, password: custodian.password });
    const { keys } = await later.keys.add('stolen session');
    expect((await later.reviews.show(review.id)).content).toBeNull();
    expect((await faultOf(later.reviews.approve(review.id))).code).toBe('conflict.state');
    // By hand, knowing the hash that only a pinned device can have read.
    const pod = await later.pods.show('review');
    const decision = await sealSigned({
      signTyp: typ.reviewDecisionSigned, sealTyp: typ.reviewDecision, signKey: keys.signing, to: pod.keys!.encryption as never, context: sealContext.reviewDecision(pod.id, review.id),
      payload: { v: 1, podId: pod.id, reviewId: review.id, hash: review.content!.hash, decision: 'approve', note: null, scope: { runs: 1 }, decidedAt: Date.now() },
    });
    await later.rest.call('decideReview', { params: { id: review.id }, body: { decision } });
    const until = Date.now() + 20_000;
    let standing = await later.reviews.show(review.id);
    while (standing.refusedCode === null && Date.now() < until) standing = await later.reviews.show(review.id);
    expect(standing).toMatchObject({ state: 'open', refusedCode: 'envelope.unknown-key' });
    later.close();
    expect((await custodian.podnet.reviews.deny(review.id, { waitMs: 20_000 })).state).toBe('denied');
    expect((await outcome).code).toBe('policy.denied');
  }, 60_000);
});

describe('a query that a policy rejects', () => {
  it('is asked again on request, with a reason for the custodian, and answered once they approve', async () => {
    const denied = await modeller.podnet.tasks.submit(rows('reject', 3));
    expect(await faultOf(denied.outcome())).toMatchObject({ code: 'policy.denied' });
    const { request, task } = await modeller.podnet.requests.query(denied.taskId, { reason: canary.reason });
    const again = await modeller.podnet.requests.query(denied.taskId, { reason: canary.reason });
    expect([again.request.id, again.task.taskId]).toEqual([request.id, task.taskId]);
    const outcome = task.outcome();
    const review = await waiting();
    expect(review).toMatchObject({ requestId: request.id, content: { shown: { reason: canary.reason } } });
    expect(await custodian.podnet.requests.show(request.id)).toMatchObject({ state: 'open', reviewId: review.id, reason: null });
    expect((await custodian.podnet.reviews.approve(review.id, { waitMs: 20_000 })).state).toBe('approved');
    expect(JSON.stringify((await outcome).summary)).toContain(canary.cell);
    expect(await modeller.podnet.requests.show(request.id)).toMatchObject({ state: 'approved', decidedBy: { email: custodian.email } });
  }, 60_000);
});

describe('the hub that carried all this', () => {
  it('holds and logs nothing of what was shown, asked and noted', async () => {
    await modeller.podnet.tasks.submit(rows('review', 6));
    await waiting();
    const held = await dump(home);
    const log = readFileSync(join(home, 'hub.log'), 'latin1');
    expect(held).toContain('rev_');
    // What is in the tables is letters of base64; headers are in the open and say what they are.
    const plain = held + log + [...held.matchAll(/[A-Za-z0-9_-]{16,}/g)].map(([text]) => Buffer.from(text, 'base64url').toString('latin1')).join('\n');
    expect(plain).toContain('podnet-review+jwe');
    expect(Object.values(canary).filter((text) => plain.includes(text))).toEqual([]);
  }, 60_000);
});
