import { randomUUID } from 'node:crypto';
import { typ, type GrantToken, type TaskProgress } from '@podnet/contracts';
import { openSigned, publicHalf, thumbprint } from '@podnet/envelope';
import { connectPod, dialIn, enrolPod, verdictOf, type FakePod } from '../testing/fake-pod.ts';
import { startTestHub, type TestHub } from '../testing/hub.ts';
import { grantRole, makeModeller, submit, submitted, taskFor, withDevice, type Modeller } from '../testing/modeller.ts';
import { makeAdmin, makePerson, type Person } from '../testing/people.ts';

let hub: TestHub;
let admin: Person;
let custodian: Person;
let modeller: Modeller;
let pod: FakePod;
let otherPod: FakePod;
let grantId: string;

beforeAll(async () => {
  hub = await startTestHub();
  admin = await makeAdmin(hub);
  custodian = await makePerson(hub, admin, 'cora@example.org');
  modeller = await makeModeller(hub, admin, 'mo@example.org');
  pod = await connectPod(hub, await enrolPod(hub, custodian, 'biscoe'));
  otherPod = await connectPod(hub, await enrolPod(hub, custodian, 'dream'));
  ({ id: grantId } = await grantRole(custodian, pod, modeller, 'super-modeller', { extras: { elements: ['sql-query'] } }));
  await grantRole(custodian, otherPod, modeller);
});
afterAll(() => hub.stop());

const newAssignment = async (): Promise<{ taskId: string; assignmentId: string }> => {
  const { taskId, assignments } = await submitted(modeller, [pod]);
  return { taskId, assignmentId: assignments[0]!.assignmentId };
};
const show = async (taskId: string): Promise<TaskProgress> => (await modeller.call<TaskProgress>('GET', `/tasks/${taskId}`)).body;
const leaseEnds = (assignmentId: string): Promise<unknown> => hub.database.client.assignment.updateMany({ where: { id: assignmentId }, data: { state: 'queued', leaseUntil: null } });
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const reportOf = (assignmentId: string, epoch: number, more: Record<string, unknown> = {}) => ({ assignmentId, epoch, state: 'done', code: null, verdict: null, result: bytes('sealed'), ...more });

async function grantIn(token: string): Promise<GrantToken> {
  const { body } = await admin.call<{ keys: { kty: 'OKP'; crv: 'Ed25519'; x: string }[] }>('GET', '/hub');
  const key = body.keys[0]!;
  const kid = await thumbprint(key);
  return (await openSigned(token, { typ: typ.grant, keys: (asked) => (asked === kid ? key : undefined) })).payload as GrantToken;
}

describe('mail', () => {
  it('stays until it is acknowledged, in its order', async () => {
    await pod.pull((await pod.pull()).map(({ seq }) => seq));
    const made = [await newAssignment(), await newAssignment()];
    const first = await pod.pull();
    expect(first.map(({ body }) => body)).toEqual(made.map(({ assignmentId }) => ({ assignmentId })));
    expect(await pod.pull()).toEqual(first);
    expect(await pod.pull([first[0]!.seq])).toEqual([first[1]]);
    expect(await pod.pull([first[1]!.seq])).toEqual([]);
  });

  it('is there when every hint was lost', async () => {
    const absent = await enrolPod(hub, custodian, 'absent');
    await grantRole(custodian, absent, modeller);
    (await connectPod(hub, absent)).close();
    const { assignments } = await submitted(modeller, [absent]);
    const back = await dialIn(hub, absent);
    await back.call('pod:hello', { version: '0.1.0', inflight: [] });
    expect(await back.pull()).toMatchObject([{ kind: 'assignment', body: { assignmentId: assignments[0]!.assignmentId } }]);
    back.close();
  });

  it('comes again when it was acknowledged and nothing was done about it', async () => {
    const { assignmentId } = await newAssignment();
    await pod.pull((await pod.pull()).map(({ seq }) => seq));
    await pod.call('pod:hello', { version: '0.1.0', inflight: [] });
    expect(await pod.pull()).toContainEqual(expect.objectContaining({ kind: 'assignment', body: { assignmentId } }));
  });

  it('is each pod’s own', async () => {
    const { assignmentId } = await newAssignment();
    const seqs = (await pod.pull()).map(({ seq }) => seq);
    expect(await otherPod.pull(seqs)).toEqual([]);
    expect(await pod.pull()).toContainEqual(expect.objectContaining({ body: { assignmentId } }));
  });
});

describe('a claim', () => {
  it('brings everything the pod needs, with a grant made for it', async () => {
    const request = await taskFor(modeller, [pod]);
    const { body } = await submit(modeller, request);
    const claimed = await pod.claim(body.assignments[0]!.assignmentId);
    expect(claimed).toMatchObject({ epoch: 1, leaseMs: 10_000, manifest: request.json.manifest, payload: request.json.payloads[0]!.payload });
    const grant = await grantIn(claimed!.grant!);
    expect(grant).toMatchObject({ hub: 'podnet', grantId, podId: pod.id, userId: modeller.id, email: modeller.email, custodian: false, role: 'super-modeller', extras: { models: [], elements: ['sql-query'] }, devices: [publicHalf(modeller.keys)] });
    expect(grant.expiresAt - grant.issuedAt).toBe(600_000);
    expect((await show(body.taskId)).assignments[0]).toMatchObject({ state: 'leased', epoch: 1 });
  });

  it('says who the custodian is', async () => {
    const owner = await withDevice(custodian);
    const task = await submitted(owner, [pod]);
    expect(await grantIn((await pod.claim(task.assignments[0]!.assignmentId))!.grant!)).toMatchObject({ custodian: true, grantId: null, role: null, devices: expect.arrayContaining([publicHalf(owner.keys)]) });
  });

  it('brings no grant when there is none, so that the pod denies', async () => {
    const asking = await withDevice(admin);
    const { json } = await taskFor(asking, [pod]);
    const { body } = await asking.call<TaskProgress>('POST', '/tasks', { json: { ...json, courtesy: 'forward' }, headers: { 'idempotency-key': randomUUID() } });
    expect((await pod.claim(body.assignments[0]!.assignmentId))!.grant).toBeNull();
  });

  it('follows the grants as they are now, and what runs stops with the grant it was claimed under', async () => {
    const person = await makeModeller(hub, admin, 'twice@example.org');
    const wide = await grantRole(custodian, pod, person);
    const { taskId, assignments } = await submitted(person, [pod]);
    const narrow = await grantRole(custodian, pod, person, 'general-modeller', { dataset: 'penguins' });
    const claimed = await pod.claim(assignments[0]!.assignmentId);
    expect(await grantIn(claimed!.grant!)).toMatchObject({ grantId: narrow.id, role: 'general-modeller', dataset: 'penguins' });
    await custodian.call('DELETE', `/grants/${wide.id}`);
    expect((await person.call('GET', `/tasks/${taskId}`)).body).toMatchObject({ state: 'open' });
    await custodian.call('DELETE', `/grants/${narrow.id}`);
    expect((await person.call('GET', `/tasks/${taskId}`)).body).toMatchObject({ state: 'failed' });
  });

  it('is nothing for another pod', async () => {
    const { assignmentId } = await newAssignment();
    expect(await otherPod.claim(assignmentId)).toBeNull();
    await expect(otherPod.call('pod:running', { assignmentId, epoch: 0, verdict: await verdictOf(otherPod) })).rejects.toMatchObject({ code: 'access.not-found' });
    await expect(otherPod.call('pod:report', reportOf(assignmentId, 0))).rejects.toMatchObject({ code: 'access.not-found' });
  });

  it('raises the epoch each time, also when many come at once', async () => {
    const { assignmentId } = await newAssignment();
    const claims = await Promise.all(Array.from({ length: 8 }, () => pod.claim(assignmentId)));
    expect(claims.map((claimed) => claimed!.epoch).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });
});

describe('an epoch', () => {
  it('fences off whoever held the lease before', async () => {
    const { taskId, assignmentId } = await newAssignment();
    const before = (await pod.claim(assignmentId))!.epoch;
    const now = (await pod.claim(assignmentId))!.epoch;
    const stale = { code: 'lease.stale' };
    await expect(pod.call('pod:running', { assignmentId, epoch: before, verdict: await verdictOf(pod) })).rejects.toMatchObject(stale);
    await expect(pod.call('pod:report', reportOf(assignmentId, before))).rejects.toMatchObject(stale);
    await expect(pod.call('pod:report', reportOf(assignmentId, now + 1))).rejects.toMatchObject(stale);
    expect(await pod.call('pod:heartbeat', { leases: [{ assignmentId, epoch: before }] })).toEqual({ lost: [assignmentId] });
    expect((await show(taskId)).assignments[0]).toMatchObject({ state: 'leased', hasResult: false });
    await pod.call('pod:report', reportOf(assignmentId, now));
    expect(await show(taskId)).toMatchObject({ state: 'completed' });
  });

  it('is stale once the lease has ended, and good again after another claim', async () => {
    const { taskId, assignmentId } = await newAssignment();
    const { epoch } = (await pod.claim(assignmentId))!;
    await leaseEnds(assignmentId);
    await expect(pod.call('pod:report', reportOf(assignmentId, epoch))).rejects.toMatchObject({ code: 'lease.stale' });
    expect(await pod.call('pod:heartbeat', { leases: [{ assignmentId, epoch }] })).toEqual({ lost: [assignmentId] });
    await pod.call('pod:report', reportOf(assignmentId, (await pod.claim(assignmentId))!.epoch));
    expect(await show(taskId)).toMatchObject({ state: 'completed' });
  });

  it('is kept alive by heartbeats', async () => {
    const { assignmentId } = await newAssignment();
    const { epoch } = (await pod.claim(assignmentId))!;
    const until = async (): Promise<number> => (await hub.database.client.assignment.findUniqueOrThrow({ where: { id: assignmentId } })).leaseUntil!.getTime();
    await hub.database.client.$executeRaw`update "Assignment" set "leaseUntil" = now() + interval '1 second' where "id" = ${assignmentId}`;
    const before = await until();
    expect(await pod.call('pod:heartbeat', { leases: [{ assignmentId, epoch }] })).toEqual({ lost: [] });
    expect((await until()) - before).toBeGreaterThan(5_000);
  });
});

describe('a pod that comes back', () => {
  it('keeps what it still works on, and gets back at once what it forgot', async () => {
    const [kept, forgotten, stale] = [await newAssignment(), await newAssignment(), await newAssignment()];
    const { epoch } = (await pod.claim(kept.assignmentId))!;
    await pod.claim(forgotten.assignmentId);
    await pod.claim(stale.assignmentId);
    await pod.claim(stale.assignmentId);
    await pod.pull((await pod.pull()).map(({ seq }) => seq));
    const { lost } = await pod.call<{ lost: string[] }>('pod:hello', { version: '0.2.0', inflight: [{ assignmentId: kept.assignmentId, epoch }, { assignmentId: stale.assignmentId, epoch: 1 }] });
    expect(lost).toEqual([stale.assignmentId]);
    const mailed = (await pod.pull()).map(({ body }) => (body as { assignmentId: string }).assignmentId);
    expect(mailed).toEqual(expect.arrayContaining([forgotten.assignmentId, stale.assignmentId]));
    expect(mailed).not.toContain(kept.assignmentId);
    expect((await show(kept.taskId)).assignments[0]).toMatchObject({ state: 'leased' });
    expect((await show(forgotten.taskId)).assignments[0]).toMatchObject({ state: 'queued' });
    expect((await pod.claim(forgotten.assignmentId))!.epoch).toBe(2);
  });
});

describe('a report', () => {
  it('may be repeated, and the first result stays', async () => {
    const { taskId, assignmentId } = await newAssignment();
    const { epoch } = (await pod.claim(assignmentId))!;
    const report = reportOf(assignmentId, epoch);
    await Promise.all([pod.call('pod:report', report), pod.call('pod:report', report), pod.call('pod:report', report)]);
    await pod.call('pod:report', report);
    await expect(pod.call('pod:report', { ...report, result: bytes('another') })).rejects.toMatchObject({ code: 'conflict.state' });
    await expect(pod.call('pod:report', { ...report, state: 'failed', code: 'data.empty', result: null })).rejects.toMatchObject({ code: 'lease.stale' });
    const { results } = (await modeller.call<{ results: { result: string }[] }>('GET', `/tasks/${taskId}/results`)).body;
    expect(results.map(({ result }) => Buffer.from(result, 'base64url').toString())).toEqual(['sealed']);
    const { entries } = (await admin.call<{ entries: { action: string }[] }>('GET', `/audit?subject=${assignmentId}`)).body;
    expect(entries.map(({ action }) => action)).toEqual(['assignment.leased', 'assignment.done']);
  });

  const ends: [string, Record<string, unknown>, string, string | null][] = [
    ['denied', { state: 'denied', code: 'policy.denied', result: null }, 'failed', 'policy.denied'],
    ['failed', { state: 'failed', code: 'data.empty', result: null }, 'failed', 'data.empty'],
    ['parked', { state: 'parked', code: 'runner.parked', result: null }, 'failed', 'runner.parked'],
    ['failed for a reason that is no code', { state: 'failed', code: 'Ada Lovelace, 36', result: null }, 'failed', 'task.too-few-pods'],
  ];
  it.each(ends)('%s ends the task', async (_, more, state, code) => {
    const { taskId, assignmentId } = await newAssignment();
    const { epoch } = (await pod.claim(assignmentId))!;
    await pod.call('pod:report', reportOf(assignmentId, epoch, more));
    expect(await show(taskId)).toMatchObject({ state, code, assignments: [{ state: more['state'] }] });
  });

  const unfitting: [string, Record<string, unknown>, string][] = [
    ['done without a result', { result: null }, 'usage.invalid'],
    ['a result of what failed', { state: 'failed', code: 'data.empty' }, 'usage.invalid'],
    ['a result that is a text', { result: 'sealed' }, 'usage.invalid'],
    ['a result larger than it may be', { result: new Uint8Array(8 * 1024 * 1024 + 1) }, 'usage.too-large'],
    ['a state that pods do not report', { state: 'cancelled', result: null }, 'usage.invalid'],
    ['a negative epoch', { epoch: -1 }, 'usage.invalid'],
    ['a key nobody knows', { rows: 17 }, 'usage.unknown-key'],
  ];
  it.each(unfitting)('is refused with %s', async (_, more, code) => {
    const { taskId, assignmentId } = await newAssignment();
    const { epoch } = (await pod.claim(assignmentId))!;
    await expect(pod.call('pod:report', reportOf(assignmentId, epoch, more))).rejects.toMatchObject({ code });
    expect(await show(taskId)).toMatchObject({ state: 'open', assignments: [{ state: 'leased', hasResult: false }] });
  });

  it('of the end may overtake that of the beginning', async () => {
    const { taskId, assignmentId } = await newAssignment();
    const { epoch } = (await pod.claim(assignmentId))!;
    await pod.call('pod:report', reportOf(assignmentId, epoch));
    await pod.call('pod:running', { assignmentId, epoch, verdict: await verdictOf(pod) });
    expect(await show(taskId)).toMatchObject({ state: 'completed', assignments: [{ state: 'done' }] });
  });

  it('of the last pods at the same moment completes the task once', async () => {
    const task = await submitted(modeller, [pod, otherPod]);
    const of = (at: FakePod): string => task.assignments.find(({ podId }) => podId === at.id)!.assignmentId;
    const claims = await Promise.all([pod, otherPod].map(async (at) => ({ at, epoch: (await at.claim(of(at)))!.epoch })));
    await Promise.all(claims.map(({ at, epoch }) => at.call('pod:report', reportOf(of(at), epoch))));
    expect(await show(task.taskId)).toMatchObject({ state: 'completed', code: null });
    const { entries } = (await admin.call<{ entries: { action: string }[] }>('GET', `/audit?subject=${task.taskId}`)).body;
    expect(entries.map(({ action }) => action)).toEqual(['task.submitted', 'task.completed']);
  });

  it('that leaves too few pods fails the task and stops the others', async () => {
    const task = await submitted(modeller, [pod, otherPod]);
    const of = (at: FakePod): string => task.assignments.find(({ podId }) => podId === at.id)!.assignmentId;
    await otherPod.claim(of(otherPod));
    await otherPod.pull((await otherPod.pull()).map(({ seq }) => seq));
    const hinted = otherPod.hinted();
    await pod.call('pod:report', reportOf(of(pod), (await pod.claim(of(pod)))!.epoch, { state: 'failed', code: 'data.empty', result: null }));
    await hinted;
    expect(await otherPod.pull()).toMatchObject([{ kind: 'cancel', body: { assignmentId: of(otherPod), code: 'data.empty' } }]);
    expect(await show(task.taskId)).toMatchObject({ state: 'failed', code: 'data.empty' });
  });

  it('that denies fails the task, and lets the others still be heard', async () => {
    const task = await submitted(modeller, [pod, otherPod]);
    const of = (at: FakePod): string => task.assignments.find(({ podId }) => podId === at.id)!.assignmentId;
    for (const at of [pod, otherPod]) {
      const { epoch } = (await at.claim(of(at)))!;
      await at.call('pod:report', reportOf(of(at), epoch, { state: 'denied', code: 'policy.denied', verdict: await verdictOf(at), result: null }));
      expect(await show(task.taskId)).toMatchObject({ state: 'failed', code: 'policy.denied' });
    }
    expect((await show(task.taskId)).assignments.map(({ state, verdict }) => [state, verdict !== null])).toEqual([['denied', true], ['denied', true]]);
  });

  it('that permits after the task has ended is kept, and nothing runs', async () => {
    const task = await submitted(modeller, [pod, otherPod]);
    const of = (at: FakePod): string => task.assignments.find(({ podId }) => podId === at.id)!.assignmentId;
    await pod.call('pod:report', reportOf(of(pod), (await pod.claim(of(pod)))!.epoch, { state: 'denied', code: 'policy.denied', result: null }));
    const { epoch } = (await otherPod.claim(of(otherPod)))!;
    const verdict = await verdictOf(otherPod);
    await expect(otherPod.call('pod:running', { assignmentId: of(otherPod), epoch, verdict })).rejects.toMatchObject({ code: 'task.cancelled' });
    expect((await show(task.taskId)).assignments.find(({ podId }) => podId === otherPod.id)).toMatchObject({ state: 'cancelled', code: 'task.cancelled', verdict });
  });
});
