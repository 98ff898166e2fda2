import { limits, type Review, type TaskProgress } from '@podnet/contracts';
import { publicHalf, thumbprint } from '@podnet/envelope';
import { connectPod, enrolPod, verdictOf, type FakePod } from '../testing/fake-pod.ts';
import { startTestHub, type TestHub } from '../testing/hub.ts';
import { grantRole, makeModeller, submitted, watchAs, withDevice, type Modeller } from '../testing/modeller.ts';
import { makeAdmin, makePerson, type Person } from '../testing/people.ts';
import { copiesFor, decisionFor, makeReviewId, openReview, secretSentence } from '../testing/review.ts';
import { Expiry } from './expiry.ts';

let hub: TestHub;
let admin: Person;
let custodian: Modeller;
let neighbour: Modeller;
let modeller: Modeller;
let pod: FakePod;
let otherPod: FakePod;

beforeAll(async () => {
  hub = await startTestHub();
  admin = await makeAdmin(hub);
  custodian = await withDevice(await makePerson(hub, admin, 'custodian@example.org'));
  neighbour = await withDevice(await makePerson(hub, admin, 'neighbour@example.org'));
  modeller = await makeModeller(hub, admin, 'modeller@example.org');
  pod = await connectPod(hub, await enrolPod(hub, custodian, 'biscoe'));
  otherPod = await connectPod(hub, await enrolPod(hub, neighbour, 'dream'));
  for (const [manager, each] of [[custodian, pod], [neighbour, otherPod]] as const) await grantRole(manager, each, modeller);
});

afterAll(async () => {
  pod.close();
  otherPod.close();
  await hub.stop();
});

interface Running {
  task: TaskProgress;
  assignmentId: string;
  epoch: number;
}

async function running(on: FakePod = pod, changes: Parameters<typeof submitted>[2] = {}): Promise<Running> {
  const task = await submitted(modeller, [on], changes);
  const { assignmentId } = task.assignments[0]!;
  const { epoch } = (await on.claim(assignmentId))!;
  await on.call('pod:running', { assignmentId, epoch, verdict: await verdictOf(on) });
  await on.pull((await on.pull()).map((letter) => letter.seq));
  return { task, assignmentId, epoch };
}

const listed = async (person: Person, query = ''): Promise<Review[]> => (await person.call<{ reviews: Review[] }>('GET', `/reviews${query}`)).body.reviews;
const show = (person: Person, id: string, query = '') => person.call<Review & { sealed: string | null }>('GET', `/reviews/${id}${query}`);
const decide = (person: Person, id: string, decision: string) => person.call<Review>('POST', `/reviews/${id}/decision`, { json: { decision } });
const standing = async ({ task }: Running): Promise<TaskProgress> => (await modeller.call<TaskProgress>('GET', `/tasks/${task.taskId}`)).body;
const end = ({ assignmentId, epoch }: Running, on: FakePod = pod) => on.call('pod:report', { assignmentId, epoch, state: 'denied', code: 'policy.denied', verdict: null, result: null });
const deviceOf = (keys: Modeller['keys']): Promise<string> => thumbprint(publicHalf(keys).encryption);

describe('a query that waits for its custodian', () => {
  it('is seen by the custodian of that pod and by nobody else, not even an admin', async () => {
    const run = await running();
    const id = await openReview(pod, run.assignmentId, { devices: [custodian.keys] });
    expect(await listed(custodian)).toMatchObject([{ id, pod: { name: 'biscoe' }, requester: { email: modeller.email }, dataset: 'penguins', state: 'open', taskId: run.task.taskId, endedAt: null }]);
    expect(await Promise.all([neighbour, modeller, admin].map((person) => listed(person)))).toEqual([[], [], []]);
    for (const person of [neighbour, modeller, admin]) {
      expect((await show(person, id)).fault.code).toBe('access.not-found');
      expect((await decide(person, id, await decisionFor(pod, id, custodian.keys))).fault.code).toBe('access.not-found');
      expect((await person.call('GET', `/reviews?podId=${pod.id}`)).fault.code).toBe('access.not-found');
    }
    expect((await show(custodian, makeReviewId())).fault.code).toBe('access.not-found');
    await end(run);
  });

  it('is told to its modeller, with the time until when, and to both by a hint', async () => {
    const run = await running();
    const [mine, theirs] = await Promise.all([watchAs(hub, modeller), watchAs(hub, custodian)]);
    const hint = new Promise((resolve) => theirs.socket.once('review:hint', resolve));
    const news = mine.until(run.task.taskId, ({ assignments }) => assignments[0]!.reviewUntil !== null);
    const deadlineAt = Date.now() + 60_000;
    await openReview(pod, run.assignmentId, { deadlineAt });
    await hint;
    expect((await news).assignments[0]).toMatchObject({ state: 'running', reviewUntil: new Date(deadlineAt).toISOString() });
    await end(run);
    expect((await standing(run)).assignments[0]).toMatchObject({ state: 'denied', reviewUntil: null });
    mine.close();
    theirs.close();
  });

  it('is opened by a pod for its own open assignments only', async () => {
    const run = await running();
    await expect(openReview(otherPod, run.assignmentId)).rejects.toMatchObject({ code: 'access.not-found' });
    const id = await openReview(pod, run.assignmentId);
    const elsewhere = await running(otherPod);
    await expect(openReview(otherPod, elsewhere.assignmentId, { reviewId: id })).rejects.toMatchObject({ code: 'conflict.exists' });
    for (const call of ['pod:review-ended', 'pod:decision-refused']) await otherPod.call(call, call === 'pod:review-ended' ? { reviewId: id, state: 'approved' } : { reviewId: id, code: 'envelope.bad-signature' });
    expect((await show(custodian, id)).body).toMatchObject({ state: 'open', refusedCode: null });
    await end(run);
    await end(elsewhere, otherPod);
    await expect(openReview(pod, run.assignmentId)).rejects.toMatchObject({ code: 'conflict.state' });
  });

  it('comes in several uploads, which may be repeated, and each device gets its own copy', async () => {
    const run = await running();
    const second = await withDevice(custodian);
    const id = await openReview(pod, run.assignmentId, { devices: [custodian.keys] });
    const entries = async () => (await admin.call<{ entries: unknown[] }>('GET', `/audit?subject=${id}`)).body.entries.length;
    await openReview(pod, run.assignmentId, { reviewId: id, devices: [second.keys] });
    await openReview(pod, run.assignmentId, { reviewId: id, devices: [second.keys] });
    expect(await entries()).toBe(1);
    const copies = await Promise.all([custodian.keys, second.keys].map(async (keys) => (await show(custodian, id, `?device=${await deviceOf(keys)}`)).body.sealed));
    expect(new Set(copies).size).toBe(2);
    expect(copies.every((copy) => copy !== null)).toBe(true);
    expect((await show(custodian, id, `?device=${await deviceOf(neighbour.keys)}`)).body.sealed).toBeNull();
    expect((await show(custodian, id)).body.sealed).toBeNull();
    await end(run);
  });

  it('gives way to the next one of its assignment, when what it asks has changed', async () => {
    const run = await running();
    const first = await openReview(pod, run.assignmentId);
    const second = await openReview(pod, run.assignmentId);
    expect((await listed(custodian)).map(({ id }) => id)).toEqual([second]);
    expect((await show(custodian, first)).body.state).toBe('ended');
    await expect(openReview(pod, run.assignmentId, { reviewId: first })).rejects.toMatchObject({ code: 'conflict.state' });
    await end(run);
  });

  it('is one of a bounded number of one modeller', async () => {
    const run = await running();
    const { client } = hub.database;
    // As many as may wait; their assignments are made by hand, for speed.
    const assignment = await client.assignment.findUniqueOrThrow({ where: { id: run.assignmentId } });
    const tasks = await Promise.all(Array.from({ length: limits.openReviewsPerPair }, () => submitted(modeller, [pod])));
    for (const task of tasks) await openReview(pod, task.assignments[0]!.assignmentId);
    await expect(openReview(pod, assignment.id)).rejects.toMatchObject({ code: 'usage.rate-limited' });
    for (const task of tasks) await modeller.call('POST', `/tasks/${task.taskId}/cancel`);
    await pod.pull((await pod.pull()).map((letter) => letter.seq));
    await openReview(pod, assignment.id);
    await end(run);
  }, 60_000);
});

describe('a decision', () => {
  it('goes to the pod with the devices that are the custodian’s, and waits there until the pod has said what came of it', async () => {
    const run = await running();
    const id = await openReview(pod, run.assignmentId, { devices: [custodian.keys] });
    const decision = await decisionFor(pod, id, custodian.keys);
    const hinted = pod.hinted();
    expect((await decide(custodian, id, decision)).body.state).toBe('answered');
    await hinted;
    const mail = await pod.pull();
    expect(mail).toMatchObject([{ kind: 'review-decided', body: { reviewId: id, decision } }]);
    const { devices } = mail[0]!.body as { devices: string[] };
    expect(devices).toContain(await thumbprint(publicHalf(custodian.keys).signing));
    expect(devices).not.toContain(await thumbprint(publicHalf(neighbour.keys).signing));
    // The same once more is nothing new.
    await pod.pull(mail.map(({ seq }) => seq));
    expect((await decide(custodian, id, decision)).body.state).toBe('answered');
    expect(await pod.pull()).toEqual([]);
    await pod.call('pod:review-ended', { reviewId: id, state: 'approved' });
    await pod.call('pod:review-ended', { reviewId: id, state: 'denied' });
    expect((await show(custodian, id, `?device=${await deviceOf(custodian.keys)}`)).body).toMatchObject({ state: 'approved', sealed: null });
    expect((await decide(custodian, id, decision)).fault.code).toBe('conflict.state');
    await end(run);
    const { entries } = (await admin.call<{ entries: { action: string; actorId: string }[] }>('GET', `/audit?subject=${id}`)).body;
    expect(entries.map(({ action, actorId }) => [action, actorId])).toEqual([['review.opened', pod.id], ['review.answered', custodian.id], ['review.approved', pod.id]]);
  });

  it('that the pod has refused leaves the review open, and says so', async () => {
    const run = await running();
    const id = await openReview(pod, run.assignmentId);
    await decide(custodian, id, await decisionFor(pod, id, neighbour.keys));
    await pod.call('pod:decision-refused', { reviewId: id, code: 'envelope.unknown-key' });
    expect(await listed(custodian)).toMatchObject([{ id, state: 'open', refusedCode: 'envelope.unknown-key' }]);
    expect((await decide(custodian, id, await decisionFor(pod, id, custodian.keys))).body).toMatchObject({ state: 'answered', refusedCode: null });
    await end(run);
    await pod.pull((await pod.pull()).map(({ seq }) => seq));
  });

  it('is not taken for another pod, for another review, or as another object', async () => {
    const run = await running();
    const id = await openReview(pod, run.assignmentId);
    const refusals: [string, string][] = [
      [await decisionFor(pod, id, custodian.keys, { to: otherPod.keys }), 'envelope.wrong-recipient'],
      [await decisionFor(pod, makeReviewId(), custodian.keys), 'envelope.tampered'],
      [await decisionFor(otherPod, id, custodian.keys), 'envelope.tampered'],
      [(await copiesFor(pod, id, [pod.keys]))[0]!.sealed, 'envelope.wrong-type'],
      ['a.b.c', 'envelope.malformed'],
    ];
    for (const [decision, code] of refusals) expect((await decide(custodian, id, decision)).fault.code).toBe(code);
    expect((await decide(custodian, id, 'not a token')).fault.code).toBe('usage.invalid');
    expect((await show(custodian, id)).body.state).toBe('open');
    expect(await pod.pull()).toEqual([]);
    await end(run);
  });

  it('reaches a pod that has acknowledged it and died before it could act', async () => {
    const run = await running();
    const id = await openReview(pod, run.assignmentId);
    await decide(custodian, id, await decisionFor(pod, id, custodian.keys));
    await pod.pull((await pod.pull()).map(({ seq }) => seq));
    await pod.call('pod:hello', { version: '0.1.0', inflight: [run].map(({ assignmentId, epoch }) => ({ assignmentId, epoch })) });
    await pod.call('pod:hello', { version: '0.1.0', inflight: [run].map(({ assignmentId, epoch }) => ({ assignmentId, epoch })) });
    expect((await pod.pull()).map(({ kind }) => kind)).toEqual(['review-decided']);
    await end(run);
    await pod.pull((await pod.pull()).map(({ seq }) => seq));
    await pod.call('pod:hello', { version: '0.1.0', inflight: [] });
    await hub.application.get(Expiry).sweep();
    expect(await pod.pull()).toEqual([]);
  });
});

describe('as time passes', () => {
  const stateOf = async (id: string): Promise<string> => (await hub.database.client.review.findUniqueOrThrow({ where: { id } })).state;

  it('a review ends with its assignment, whatever the pod has forgotten to say', async () => {
    const runs = [await running(), await running(), await running()] as const;
    const ids = await Promise.all(runs.map((run) => openReview(pod, run.assignmentId, { devices: [custodian.keys] })));
    await end(runs[0]);
    await pod.call('pod:report', { ...{ assignmentId: runs[1].assignmentId, epoch: runs[1].epoch }, state: 'done', code: null, verdict: null, result: new Uint8Array(3) });
    await modeller.call('POST', `/tasks/${runs[2].task.taskId}/cancel`);
    // At once, and not only when somebody has swept.
    expect(await listed(custodian)).toEqual([]);
    for (const id of ids) expect((await decide(custodian, id, await decisionFor(pod, id, custodian.keys))).fault.code).toBe('conflict.state');
    await hub.application.get(Expiry).sweep();
    expect(await Promise.all(ids.map(stateOf))).toEqual(['denied', 'approved', 'ended']);
    expect(await hub.database.client.reviewCopy.count({ where: { reviewId: { in: ids } } })).toBe(0);
    await pod.pull((await pod.pull()).map(({ seq }) => seq));
  });

  it('a review that nobody has decided ends after its deadline, a moment later than the pod would say so', async () => {
    const run = await running();
    const [late, just] = [await openReview(pod, run.assignmentId, { deadlineAt: Date.now() - limits.clockLeewayMs - 1_000 }), makeReviewId()];
    await hub.application.get(Expiry).sweep();
    expect(await stateOf(late)).toBe('expired');
    await openReview(pod, run.assignmentId, { reviewId: just, deadlineAt: Date.now() - 1_000 });
    await hub.application.get(Expiry).sweep();
    expect(await stateOf(just)).toBe('open');
    await end(run);
  });
});

describe('the hub', () => {
  it('holds letters that say nothing of what is asked, and nothing of what was decided', async () => {
    const run = await running();
    const id = await openReview(pod, run.assignmentId, { devices: [custodian.keys] });
    await decide(custodian, id, await decisionFor(pod, id, custodian.keys));
    const rows = await hub.database.client.$queryRawUnsafe<object[]>(`select to_jsonb(x) as row from (
      select to_jsonb(r) as j from "Review" r union all select to_jsonb(c) from "ReviewCopy" c union all select to_jsonb(m) from "Mail" m union all select to_jsonb(e) from "AuditEntry" e) x`);
    const held = JSON.stringify(rows) + hub.logged();
    const plain = held + [...held.matchAll(/[A-Za-z0-9_-]{24,}/g)].map(([text]) => Buffer.from(text, 'base64url').toString('latin1')).join('\n');
    expect(plain).toContain('podnet-review-decision+jwe');
    expect([secretSentence, 'heaviest', 'a secret note', 'h'.repeat(43), '"approve"'].filter((secret) => plain.includes(secret))).toEqual([]);
    await end(run);
  });
});
