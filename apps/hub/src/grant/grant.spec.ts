import type { Grant } from '@podnet/contracts';
import { connectPod, enrolPod, verdictOf, type FakePod } from '../testing/fake-pod.ts';
import { startTestHub, type TestHub } from '../testing/hub.ts';
import { grantRole, makeModeller, submitted, watchAs, type Modeller } from '../testing/modeller.ts';
import { makeAdmin, makePerson, type Person } from '../testing/people.ts';

let hub: TestHub;
let admin: Person;
let secondAdmin: Person;
let custodian: Person;
let modeller: Modeller;
let stranger: Person;
let pod: FakePod;

beforeAll(async () => {
  hub = await startTestHub();
  admin = await makeAdmin(hub);
  secondAdmin = await makePerson(hub, admin, 'root2@example.org', { admin: true });
  custodian = await makePerson(hub, admin, 'cora@example.org');
  modeller = await makeModeller(hub, admin, 'mo@example.org');
  stranger = await makePerson(hub, admin, 'sam@example.org');
  pod = await connectPod(hub, await enrolPod(hub, custodian, 'biscoe'));
});
afterAll(() => hub.stop());

const assign = (by: Person, to: Person, more: Record<string, unknown> = {}) => by.call<Grant>('POST', '/grants', { json: { podId: pod.id, email: to.email, role: 'viewer', reason: 'a study', ...more } });
const change = (by: Person, { id, revision }: { id: string; revision: number }, more: Record<string, unknown>) => by.call<Grant>('PATCH', `/grants/${id}`, { json: { revision, reason: 'another study', ...more } });
const revoke = (by: Person, { id }: { id: string }) => by.call<Grant>('DELETE', `/grants/${id}`);
const inMs = (ms: number): string => new Date(Date.now() + ms).toISOString();

describe('assigning a role', () => {
  it('is for the pod’s custodian and for admins', async () => {
    for (const by of [custodian, admin]) {
      const { status, body } = await assign(by, modeller, { role: 'general-modeller' });
      expect(status).toBe(201);
      expect(body).toMatchObject({ pod: { id: pod.id, name: 'biscoe' }, modeller: { email: modeller.email }, assignedBy: { id: by.id }, role: 'general-modeller', dataset: null, revision: 1, revokedAt: null, warning: null });
      await revoke(by, body);
    }
  });

  it('comes with a warning where the role needs one', async () => {
    const { body } = await assign(custodian, modeller, { role: 'super-modeller' });
    expect(body.warning).toMatch(/arbitrary code/);
    await revoke(custodian, body);
  });

  it('is not for those who hold a role there, and to strangers there is no pod', async () => {
    const { body } = await assign(custodian, modeller, { role: 'super-modeller' });
    expect((await assign(modeller, stranger)).fault.code).toBe('access.forbidden');
    expect((await assign(stranger, modeller)).fault.code).toBe('access.not-found');
    await revoke(custodian, body);
  });

  it('happens to somebody the hub knows', async () => {
    expect((await assign(custodian, { ...stranger, email: 'nobody@example.org' })).fault).toMatchObject({ code: 'access.not-found', at: 'email' });
  });

  it('happens once; one that has ended makes room', async () => {
    const first = (await assign(custodian, modeller)).body;
    expect((await assign(admin, modeller, { role: 'super-modeller' })).fault.code).toBe('conflict.exists');
    expect((await assign(custodian, modeller, { dataset: 'penguins' })).status).toBe(201);
    await hub.database.client.grant.updateMany({ where: { id: first.id }, data: { startsAt: new Date(0), endsAt: new Date(1) } });
    expect((await assign(custodian, modeller)).status).toBe(201);
    const { body } = await custodian.call<{ grants: Grant[] }>('GET', `/grants?podId=${pod.id}&email=${modeller.email}`);
    for (const grant of body.grants) await revoke(custodian, grant);
  });

  const unusable: [string, Record<string, unknown>, string][] = [
    ['a dataset that the pod does not publish', { dataset: 'whales' }, 'dataset.unknown'],
    ['an end in the past', { endsAt: '2020-01-01T00:00:00Z' }, 'usage.invalid'],
    ['an end before its beginning', { startsAt: inMs(7_200_000), endsAt: inMs(3_600_000) }, 'usage.invalid'],
    ['a role nobody knows', { role: 'emperor' }, 'usage.invalid'],
    ['a budget of nothing', { epsilonLimit: 0 }, 'usage.invalid'],
    ['a budget that is no number', { epsilonLimit: 'NaN' }, 'usage.invalid'],
    ['a key nobody knows', { admin: true }, 'usage.unknown-key'],
    ['a reason with a line break', { reason: 'a\nb' }, 'usage.invalid'],
  ];
  it.each(unusable)('refuses %s', async (_, more, code) => {
    expect((await assign(custodian, modeller, more)).fault.code).toBe(code);
  });
});

describe('nobody assigns a role to themselves', () => {
  it('but a custodian on their own pod', async () => {
    const { status, body } = await assign(custodian, custodian);
    expect(status).toBe(201);
    expect((await change(custodian, body, { role: 'super-modeller' })).status).toBe(200);
    await revoke(custodian, body);
  });

  it('not an admin, by whatever way', async () => {
    expect((await assign(admin, admin, { role: 'viewer' })).fault.code).toBe('access.self-grant');
    expect((await assign(admin, { ...admin, email: ' ADMIN@example.org ' })).fault.code).toBe('access.self-grant');
    expect((await assign(admin, admin, { dataset: 'penguins' })).fault.code).toBe('access.self-grant');
    const { body } = await assign(secondAdmin, admin, { role: 'viewer', endsAt: inMs(3_600_000) });
    for (const stronger of [{ role: 'super-modeller' }, { endsAt: null }, { extras: { models: [], elements: ['sql-query'] } }, { epsilonLimit: 100 }, { startsAt: inMs(-1_000) }, {}]) {
      expect((await change(admin, body, stronger)).fault.code).toBe('access.self-grant');
    }
    expect((await custodian.call<{ grants: Grant[] }>('GET', '/grants')).body.grants.find(({ id }) => id === body.id)).toMatchObject({ role: 'viewer', revision: 1 });
    expect((await revoke(admin, body)).status).toBe(200);
  });

  it('not somebody who holds one already', async () => {
    const { body } = await assign(custodian, modeller);
    expect((await change(modeller, body, { role: 'super-modeller' })).fault.code).toBe('access.forbidden');
    expect((await revoke(modeller, body)).fault.code).toBe('access.forbidden');
    expect((await change(stranger, body, { role: 'viewer' })).fault.code).toBe('access.not-found');
    await revoke(custodian, body);
  });
});

describe('changing a grant', () => {
  it('wants the revision that was read', async () => {
    const { body } = await assign(custodian, modeller);
    const changed = await change(custodian, body, { role: 'metrics-only', epsilonLimit: 1.5, endsAt: inMs(3_600_000) });
    expect(changed.body).toMatchObject({ role: 'metrics-only', epsilonLimit: 1.5, revision: 2, reason: 'another study' });
    expect((await change(admin, body, { role: 'viewer' })).fault.code).toBe('conflict.stale');
    expect((await change(admin, changed.body, { endsAt: null })).body).toMatchObject({ role: 'metrics-only', epsilonLimit: 1.5, endsAt: null, revision: 3 });
    await revoke(custodian, body);
    expect((await change(custodian, { ...body, revision: 4 }, {})).fault.code).toBe('conflict.state');
  });

  it('lets one of two win who change at the same moment', async () => {
    const { body } = await assign(custodian, modeller);
    const replies = await Promise.all([change(custodian, body, { role: 'metrics-only' }), change(admin, body, { role: 'super-modeller' })]);
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409]);
    await revoke(custodian, body);
  });
});

describe('the list of grants', () => {
  it('holds what somebody gave, holds or may manage, and nothing else', async () => {
    const { body } = await assign(admin, modeller);
    const sees = async (person: Person): Promise<boolean> => (await person.call<{ grants: Grant[] }>('GET', '/grants')).body.grants.some(({ id }) => id === body.id);
    expect(await Promise.all([custodian, admin, secondAdmin, modeller, stranger].map(sees))).toEqual([true, true, true, true, false]);
    await revoke(custodian, body);
    expect(await sees(custodian)).toBe(false);
    expect((await custodian.call<{ grants: Grant[] }>('GET', '/grants?ended=true')).body.grants.find(({ id }) => id === body.id)?.revokedAt).not.toBeNull();
  });
});

/** A task that runs on the pod, and the socket of its modeller. */
async function running(role = 'super-modeller') {
  const grant = await grantRole(custodian, pod, modeller, role);
  const task = await submitted(modeller, [pod]);
  const { assignmentId } = task.assignments[0]!;
  const claimed = await pod.claim(assignmentId);
  await pod.call('pod:running', { assignmentId, epoch: claimed!.epoch, verdict: await verdictOf(pod) });
  await pod.pull((await pod.pull()).map((letter) => letter.seq));
  return { grant, task, assignmentId, epoch: claimed!.epoch };
}

describe('when a grant ends', () => {
  it('what runs under it is stopped, and the pod hears of it within two seconds', async () => {
    const { grant, task, assignmentId, epoch } = await running();
    const watching = await watchAs(hub, modeller);
    const ended = watching.until(task.taskId, ({ state }) => state !== 'open');
    const hinted = pod.hinted();
    const start = performance.now();
    await revoke(custodian, grant);
    await hinted;
    const mail = await pod.pull();
    expect(performance.now() - start).toBeLessThan(2_000);
    expect(mail).toMatchObject([{ kind: 'cancel', body: { assignmentId, code: 'policy.no-access' } }, { kind: 'revoke', body: { grantId: grant.id } }]);
    expect(await ended).toMatchObject({ state: 'failed', code: 'policy.no-access', assignments: [{ state: 'cancelled', code: 'policy.no-access' }] });
    const report = { assignmentId, epoch, state: 'done', code: null, verdict: null, result: new Uint8Array(3) };
    await expect(pod.call('pod:report', report)).rejects.toMatchObject({ code: 'task.cancelled' });
    expect((await modeller.call<{ results: unknown[] }>('GET', `/tasks/${task.taskId}/results`)).body.results).toEqual([]);
    await pod.pull(mail.map((letter) => letter.seq));
    watching.close();
  });

  it('by becoming too weak, what runs under it is stopped as well', async () => {
    const { grant, task, assignmentId } = await running();
    await change(custodian, grant, { role: 'metrics-only' });
    expect((await modeller.call('GET', `/tasks/${task.taskId}`)).body).toMatchObject({ state: 'failed', assignments: [{ assignmentId, state: 'cancelled', code: 'policy.denied' }] });
    await revoke(custodian, grant);
  });

  it('by a change of which only the pod can know what it means, the pod decides anew', async () => {
    const { grant, task, assignmentId, epoch } = await running();
    await change(custodian, grant, { extras: { models: [], elements: ['frame-query'] } });
    expect(await pod.pull()).toMatchObject([{ kind: 'assignment', body: { assignmentId } }]);
    // Until it has, nothing of it gets through.
    await expect(pod.call('pod:frame', { assignmentId, epoch, step: 1, body: new Uint8Array(3) })).rejects.toMatchObject({ code: 'lease.stale' });
    await expect(pod.call('pod:report', { assignmentId, epoch, state: 'done', code: null, verdict: null, result: new Uint8Array(3) })).rejects.toMatchObject({ code: 'lease.stale' });
    expect(await pod.claim(assignmentId)).toMatchObject({ epoch: epoch + 1 });
    await modeller.call('POST', `/tasks/${task.taskId}/cancel`);
    await revoke(custodian, grant);
    await pod.pull((await pod.pull()).map((letter) => letter.seq));
  });

  it('by a narrower one on the dataset that it reads, the pod decides anew', async () => {
    const { grant, task, assignmentId } = await running();
    const { body } = await assign(custodian, modeller, { role: 'viewer', dataset: 'penguins' });
    expect((await modeller.call('GET', `/tasks/${task.taskId}`)).body).toMatchObject({ state: 'open', assignments: [{ assignmentId, state: 'queued' }] });
    await pod.claim(assignmentId);
    expect(await hub.database.client.assignment.findUnique({ where: { id: assignmentId }, select: { grantId: true } })).toEqual({ grantId: body.id });
    await modeller.call('POST', `/tasks/${task.taskId}/cancel`);
    for (const each of [grant, body]) await revoke(custodian, each);
    await pod.pull((await pod.pull()).map((letter) => letter.seq));
  });

  it('by a change that still permits it, what runs goes on', async () => {
    const { grant, task } = await running();
    await change(custodian, grant, { endsAt: inMs(3_600_000) });
    expect((await modeller.call('GET', `/tasks/${task.taskId}`)).body).toMatchObject({ state: 'open', assignments: [{ state: 'running' }] });
    await revoke(custodian, grant);
  });

  it('what others run on the pod goes on', async () => {
    const other = await makeModeller(hub, admin, 'other@example.org');
    await grantRole(custodian, pod, other);
    const task = await submitted(other, [pod]);
    await revoke(custodian, (await running()).grant);
    expect((await other.call('GET', `/tasks/${task.taskId}`)).body).toMatchObject({ state: 'open' });
  });

  it('every change of it is in the audit', async () => {
    const { body } = await assign(custodian, modeller);
    await change(admin, body, { role: 'metrics-only' });
    await revoke(custodian, body);
    const { entries } = (await admin.call<{ entries: { action: string; actorId: string }[] }>('GET', `/audit?subject=${body.id}`)).body;
    expect(entries.map(({ action, actorId }) => [action, actorId])).toEqual([['grant.assigned', custodian.id], ['grant.changed', admin.id], ['grant.revoked', custodian.id]]);
  });
});
