import { limits, makeId, type AccessRequest, type Grant, type TaskProgress } from '@podnet/contracts';
import { connectPod, enrolPod, verdictOf, type FakePod } from '../testing/fake-pod.ts';
import { startTestHub, type TestHub } from '../testing/hub.ts';
import { grantRole, makeModeller, submitted, watchAs, type Modeller } from '../testing/modeller.ts';
import { makeAdmin, makePerson, type Person } from '../testing/people.ts';
import { openReview } from '../testing/review.ts';
import { Expiry } from './expiry.ts';

let hub: TestHub;
let admin: Person;
let secondAdmin: Person;
let custodian: Person;
let stranger: Modeller;
let pod: FakePod;
let asked = 0;

beforeAll(async () => {
  hub = await startTestHub();
  admin = await makeAdmin(hub);
  secondAdmin = await makePerson(hub, admin, 'second@example.org', { admin: true });
  custodian = await makePerson(hub, admin, 'custodian@example.org');
  stranger = await makeModeller(hub, admin, 'stranger@example.org');
  pod = await connectPod(hub, await enrolPod(hub, custodian, 'biscoe'), ['penguins', 'krill']);
});

afterAll(async () => {
  pod.close();
  await hub.stop();
});

/** Somebody with a role that is not enough. */
async function viewer(more: Record<string, unknown> = {}, role = 'viewer'): Promise<Modeller & { grantId: string }> {
  asked += 1;
  const modeller = await makeModeller(hub, admin, `modeller${asked}@example.org`);
  return { ...modeller, grantId: (await grantRole(custodian, pod, modeller, role, more)).id };
}

const generalRole = { kind: 'role', role: 'general-modeller' };
const sql = { kind: 'element', element: 'sql-query' };
const ask = (person: Person, what: object = generalRole, more: object = {}) => person.call<AccessRequest>('POST', '/requests', { json: { podId: pod.id, what, reason: 'for the study', ...more } });
const decide = (person: Person, id: string, json: object) => person.call<AccessRequest>('POST', `/requests/${id}/decision`, { json });
const withdraw = (person: Person, id: string) => person.call<AccessRequest>('DELETE', `/requests/${id}`);
const listed = async (person: Person, query = ''): Promise<AccessRequest[]> => (await person.call<{ requests: AccessRequest[] }>('GET', `/requests${query}`)).body.requests;
const grantsOf = async (person: Person): Promise<Grant[]> => (await person.call<{ grants: Grant[] }>('GET', '/grants')).body.grants;

describe('asking a custodian', () => {
  it('is for those who see the pod; for others there is none', async () => {
    const modeller = await viewer();
    expect((await ask(stranger)).fault).toMatchObject({ code: 'access.not-found', at: 'podId' });
    expect((await ask(modeller, generalRole, { podId: makeId('pod') })).fault.code).toBe('access.not-found');
    const { status, body } = await ask(modeller);
    expect([status, body]).toMatchObject([201, { pod: { name: 'biscoe' }, requester: { email: modeller.email }, dataset: null, what: generalRole, reason: 'for the study', state: 'open', reviewId: null, decidedBy: null, endedAt: null }]);
    // An admin sees pods and has no role there.
    expect((await ask(secondAdmin)).status).toBe(201);
  });

  it('is seen by who asked, the custodian and admins', async () => {
    const [modeller, other] = [await viewer(), await viewer()];
    const { id } = (await ask(modeller)).body;
    const sees = async (person: Person) => [(await listed(person)).some((each) => each.id === id), (await person.call('GET', `/requests/${id}`)).status];
    expect(await Promise.all([modeller, custodian, admin, other, stranger].map(sees))).toEqual([[true, 200], [true, 200], [true, 200], [false, 404], [false, 404]]);
    for (const person of [other, stranger]) {
      expect((await decide(person, id, { decision: 'approve' })).fault.code).toBe('access.not-found');
      expect((await withdraw(person, id)).fault.code).toBe('access.not-found');
    }
    expect((await decide(modeller, id, { decision: 'approve' })).fault.code).toBe('access.forbidden');
    expect((await withdraw(custodian, id)).fault.code).toBe('access.forbidden');
    expect((await listed(custodian, `?podId=${makeId('pod')}`))).toEqual([]);
  });

  it('again is the same request, also at the same moment, until it is answered', async () => {
    const modeller = await viewer();
    const all = await Promise.all(Array.from({ length: 6 }, () => ask(modeller)));
    expect(new Set(all.map(({ body }) => body.id)).size).toBe(1);
    const { id } = all[0]!.body;
    expect((await ask(modeller, generalRole, { reason: 'I really need it' })).body).toMatchObject({ id, reason: 'for the study' });
    const others = [await ask(modeller, { kind: 'role', role: 'metrics-only' }), await ask(modeller, generalRole, { dataset: 'penguins' }), await ask(modeller, sql), await ask(modeller, { kind: 'model', reference: 'ada/net@1', hash: 'h'.repeat(43) })];
    expect(new Set([id, ...others.map(({ body }) => body.id)]).size).toBe(5);
    await decide(custodian, id, { decision: 'deny', note: 'not now' });
    expect((await ask(modeller)).body.id).not.toBe(id);
    const { entries } = (await admin.call<{ entries: { action: string }[] }>('GET', `/audit?subject=${id}`)).body;
    expect(entries.map(({ action }) => action)).toEqual(['request.made', 'request.denied']);
  });

  const unusable: [string, object, object, string][] = [
    ['a role nobody knows', { kind: 'role', role: 'emperor' }, {}, 'usage.invalid'],
    ['a wish nobody knows', { kind: 'wish' }, {}, 'usage.invalid'],
    ['a dataset that the pod does not publish', generalRole, { dataset: 'whales' }, 'dataset.unknown'],
    ['a role without a reason', generalRole, { reason: null }, 'usage.invalid'],
    ['a reason with a line break', generalRole, { reason: 'a\nb' }, 'usage.invalid'],
    ['a query with a reason that the hub could read', { kind: 'query', assignmentId: makeId('assignment') }, {}, 'usage.invalid'],
    ['a query of somebody else', { kind: 'query', assignmentId: makeId('assignment') }, { reason: null }, 'access.not-found'],
    ['a state', generalRole, { state: 'approved' }, 'usage.unknown-key'],
  ];
  it.each(unusable)('refuses %s', async (_, what, more, code) => {
    expect((await ask(await viewer(), what, more)).fault.code).toBe(code);
  });

  it('is not for the custodian, who need not ask', async () => {
    expect((await ask(custodian)).fault.code).toBe('conflict.state');
  });

  it('has bounds, for one modeller at one pod', async () => {
    const modeller = await viewer();
    const element = (i: number) => ({ kind: 'element', element: `element-${i}` });
    for (let i = 0; i < limits.openRequestsPerPair; i++) expect((await ask(modeller, element(i))).status).toBe(201);
    expect((await ask(modeller, element(99))).fault.code).toBe('usage.rate-limited');
    expect((await ask(modeller, element(3))).status).toBe(201);
    expect((await ask(await viewer(), element(1))).status).toBe(201);
    for (const { id } of await listed(modeller)) await withdraw(modeller, id);
    for (let i = limits.openRequestsPerPair; i < limits.requestsPerPairAndDay; i++) {
      const { status, body } = await ask(modeller, element(i));
      expect(status).toBe(201);
      await withdraw(modeller, body.id);
    }
    expect((await ask(modeller, element(98))).fault.code).toBe('usage.rate-limited');
  });
});

describe('an answer', () => {
  it('to a wish for a role gives it, by the grant that is there or by a new one', async () => {
    const modeller = await viewer();
    const { body } = await ask(modeller);
    const watching = await watchAs(hub, modeller);
    const hint = new Promise((resolve) => watching.socket.once('review:hint', resolve));
    const approved = await decide(custodian, body.id, { decision: 'approve', note: 'welcome' });
    expect(approved.body).toMatchObject({ state: 'approved', note: 'welcome', decidedBy: { email: custodian.email }, grantId: modeller.grantId });
    await hint;
    watching.close();
    expect(await grantsOf(modeller)).toMatchObject([{ id: modeller.grantId, role: 'general-modeller', revision: 2 }]);
    const narrower = (await ask(modeller, { kind: 'role', role: 'super-modeller' }, { dataset: 'penguins' })).body;
    const endsAt = new Date(Date.now() + 3_600_000).toISOString();
    expect((await decide(admin, narrower.id, { decision: 'approve', role: 'dp-restricted-modeller', endsAt })).body.state).toBe('approved');
    expect((await grantsOf(modeller)).find(({ dataset }) => dataset === 'penguins')).toMatchObject({ role: 'dp-restricted-modeller', reason: 'for the study', endsAt });
    const { entries } = (await admin.call<{ entries: { action: string }[] }>('GET', `/audit?subject=${modeller.grantId}`)).body;
    expect(entries.map(({ action }) => action)).toEqual(['grant.assigned', 'grant.changed']);
  });

  it('to a wish for more adds it to the grant, and nothing else', async () => {
    const modeller = await viewer({ extras: { models: [{ reference: 'ada/net@1', hash: 'a'.repeat(43) }], elements: ['psi'] }, epsilonLimit: 2 }, 'general-modeller');
    await decide(custodian, (await ask(modeller, sql)).body.id, { decision: 'approve' });
    await decide(custodian, (await ask(modeller, { kind: 'model', reference: 'ada/net@1', hash: 'b'.repeat(43) })).body.id, { decision: 'approve' });
    expect(await grantsOf(modeller)).toMatchObject([{ role: 'general-modeller', epsilonLimit: 2, extras: { elements: ['psi', 'sql-query'], models: [{ reference: 'ada/net@1', hash: 'b'.repeat(43) }] } }]);
  });

  it('does not widen a role on the whole pod for a wish about one dataset', async () => {
    const modeller = await viewer();
    const { body } = await ask(modeller, sql, { dataset: 'penguins' });
    expect((await decide(custodian, body.id, { decision: 'approve' })).fault.code).toBe('conflict.state');
    expect((await modeller.call<AccessRequest>('GET', `/requests/${body.id}`)).body.state).toBe('open');
    expect(await grantsOf(modeller)).toMatchObject([{ extras: { elements: [] }, revision: 1 }]);
  });

  it('is not given by whoever asks, admin or not', async () => {
    const { id } = (await ask(admin, { kind: 'role', role: 'super-modeller' })).body;
    for (const decision of ['approve', 'deny']) expect((await decide(admin, id, { decision })).fault.code).toBe('access.self-grant');
    expect(await grantsOf(admin).then((all) => all.filter(({ modeller }) => modeller.email === admin.email))).toEqual([]);
    expect((await decide(secondAdmin, id, { decision: 'approve' })).body.state).toBe('approved');
  });

  it('is one: of two at the same moment one wins, and a denial changes nothing', async () => {
    const modeller = await viewer();
    const { id } = (await ask(modeller)).body;
    const replies = await Promise.all([decide(custodian, id, { decision: 'deny', note: 'no' }), decide(admin, id, { decision: 'deny', note: 'No' })]);
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect((await decide(custodian, id, { decision: 'approve' })).fault.code).toBe('conflict.state');
    expect((await withdraw(modeller, id)).fault.code).toBe('conflict.state');
    expect(await grantsOf(modeller)).toMatchObject([{ role: 'viewer', revision: 1 }]);
  });

  it('does not come after the wish was withdrawn, or had waited too long', async () => {
    const modeller = await viewer();
    const [gone, late] = [(await ask(modeller)).body, (await ask(modeller, sql)).body];
    expect((await withdraw(modeller, gone.id)).body.state).toBe('withdrawn');
    await hub.database.client.accessRequest.updateMany({ where: { id: late.id }, data: { expiresAt: new Date(0) } });
    await hub.application.get(Expiry).sweep();
    for (const { id } of [gone, late]) expect((await decide(custodian, id, { decision: 'approve' })).fault.code).toBe('conflict.state');
    expect((await listed(modeller, '?state=all')).map(({ state }) => state).sort()).toEqual(['expired', 'withdrawn']);
    expect(await grantsOf(modeller)).toMatchObject([{ role: 'viewer', revision: 1 }]);
  });
});

describe('a wish for the answer to a query that was denied', () => {
  async function claimed(modeller: Modeller): Promise<{ task: TaskProgress; assignmentId: string; epoch: number }> {
    const task = await submitted(modeller, [pod]);
    const { assignmentId } = task.assignments[0]!;
    const { epoch } = (await pod.claim(assignmentId))!;
    await pod.call('pod:running', { assignmentId, epoch, verdict: await verdictOf(pod) });
    return { task, assignmentId, epoch };
  }
  const end = ({ assignmentId, epoch }: { assignmentId: string; epoch: number }) => pod.call('pod:report', { assignmentId, epoch, state: 'denied', code: 'policy.denied', verdict: null, result: null });

  it('leads to a review of the query that is asked again, and is answered by it', async () => {
    const modeller = await viewer({}, 'super-modeller');
    const denied = await claimed(modeller);
    const what = { kind: 'query', assignmentId: denied.assignmentId };
    expect((await ask(modeller, what, { reason: null })).fault.code).toBe('conflict.state');
    await end(denied);
    const { body } = await ask(modeller, what, { reason: null });
    expect(body).toMatchObject({ dataset: 'penguins', what, reason: null, reviewId: null, state: 'open' });
    expect((await ask(modeller, what, { reason: null })).body.id).toBe(body.id);
    expect((await ask(await viewer(), what, { reason: null })).fault.code).toBe('access.not-found');
    expect((await decide(custodian, body.id, { decision: 'approve' })).fault.code).toBe('conflict.state');

    const again = await claimed(modeller);
    const reviewId = await openReview(pod, again.assignmentId, { requestId: body.id });
    expect((await listed(custodian)).find(({ id }) => id === body.id)).toMatchObject({ reviewId, state: 'open' });
    await pod.call('pod:review-ended', { reviewId, state: 'approved' });
    expect((await modeller.call<AccessRequest>('GET', `/requests/${body.id}`)).body).toMatchObject({ state: 'approved', decidedBy: { email: custodian.email } });
    await end(again);
  });

  it('is not answered by the review of somebody else', async () => {
    const [modeller, other] = [await viewer({}, 'super-modeller'), await viewer({}, 'super-modeller')];
    const denied = await claimed(modeller);
    await end(denied);
    const { id } = (await ask(modeller, { kind: 'query', assignmentId: denied.assignmentId }, { reason: null })).body;
    const theirs = await claimed(other);
    const reviewId = await openReview(pod, theirs.assignmentId, { requestId: id });
    await pod.call('pod:review-ended', { reviewId, state: 'approved' });
    expect((await modeller.call<AccessRequest>('GET', `/requests/${id}`)).body).toMatchObject({ state: 'open', reviewId: null });
    await end(theirs);
  });
});
