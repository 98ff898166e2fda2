import { randomUUID } from 'node:crypto';
import { makeId, type TaskProgress } from '@podnet/contracts';
import { makeKeys, sign } from '@podnet/envelope';
import type { Verdict } from '@podnet/policy';
import { connectPod, enrolPod, joinPod, type FakePod } from '../testing/fake-pod.ts';
import { startTestHub, type TestHub } from '../testing/hub.ts';
import { grantRole, makeModeller, submit, submitted, taskFor, withDevice, type Modeller, type TaskChanges } from '../testing/modeller.ts';
import { makeAdmin, makePerson, type Person } from '../testing/people.ts';

let hub: TestHub;
let admin: Person;
let custodian: Person;
let modeller: Modeller;
let weak: Modeller;
let pods: FakePod[];

beforeAll(async () => {
  hub = await startTestHub();
  admin = await makeAdmin(hub);
  custodian = await makePerson(hub, admin, 'cora@example.org');
  modeller = await makeModeller(hub, admin, 'mo@example.org');
  weak = await makeModeller(hub, admin, 'wes@example.org');
  pods = [];
  for (const name of ['torgersen', 'biscoe']) {
    const pod = await enrolPod(hub, custodian, name);
    await grantRole(custodian, pod, modeller);
    await grantRole(custodian, pod, weak, 'viewer');
    pods.push(await connectPod(hub, pod));
  }
});
afterAll(() => hub.stop());

const count = async (): Promise<number> => hub.database.client.task.count();

describe('a device that is revoked', () => {
  it('has nothing running any more, and what another device has signed goes on', async () => {
    const laptop = await makeModeller(hub, admin, 'lost@example.org');
    for (const pod of pods) await grantRole(custodian, pod, laptop);
    const desk = await withDevice(laptop);
    const [lost, kept] = [await submitted(laptop, pods), await submitted(desk, pods)];
    const { devices } = (await laptop.call<{ devices: { id: string; keys: { signing: { x: string } } }[] }>('GET', '/me/devices')).body;
    const device = devices.find(({ keys }) => keys.signing.x === laptop.keys.signing.x)!;
    expect((await laptop.call('DELETE', `/me/devices/${device.id}`)).status).toBe(204);
    expect((await laptop.call('GET', `/tasks/${lost.taskId}`)).body).toMatchObject({ state: 'cancelled', assignments: [{ state: 'cancelled' }, { state: 'cancelled' }] });
    expect((await laptop.call('GET', `/tasks/${kept.taskId}`)).body).toMatchObject({ state: 'open' });
    for (const { assignmentId } of lost.assignments) expect(await pods[0]!.claim(assignmentId)).toBeNull();
    await laptop.call('POST', `/tasks/${kept.taskId}/cancel`);
  });
});

describe('a task is taken in', () => {
  it('with an assignment and mail for every pod, and an entry in the audit', async () => {
    const { body, status } = await submit(modeller, await taskFor(modeller, pods));
    expect(status).toBe(201);
    expect(body).toMatchObject({ state: 'open', protocol: 'results-only@1', algorithm: 'column-average@1', model: null, minPods: 2, hasCheckpoint: false, endedAt: null });
    expect(body.assignments.map(({ podName, state, epoch, online }) => [podName, state, epoch, online]).sort()).toEqual([['biscoe', 'queued', 0, true], ['torgersen', 'queued', 0, true]]);
    expect((await modeller.call<TaskProgress>('GET', `/tasks/${body.taskId}`)).body).toEqual(body);
    for (const pod of pods) {
      const { assignmentId } = body.assignments.find(({ podId }) => podId === pod.id)!;
      expect(await pod.pull()).toContainEqual(expect.objectContaining({ kind: 'assignment', body: { assignmentId } }));
    }
    const { entries } = (await admin.call<{ entries: { action: string; detail: unknown }[] }>('GET', `/audit?subject=${body.taskId}`)).body;
    expect(entries).toMatchObject([{ action: 'task.submitted', detail: { protocol: 'results-only@1', algorithm: 'column-average@1', expected: 'permitted' } }]);
  });

  it('with its first checkpoint', async () => {
    const request = await taskFor(modeller, pods);
    const { body } = await submit(modeller, { json: { ...request.json, checkpoint: 'a.b.c.d.e' } });
    expect(body.hasCheckpoint).toBe(true);
    expect((await modeller.call('GET', `/tasks/${body.taskId}/checkpoint`)).text).toBe('a.b.c.d.e');
    expect((await modeller.call('GET', `/tasks/${body.taskId}/manifest`)).body).toEqual({ manifest: request.json.manifest });
  });

  it('from a custodian on their own pods without a grant', async () => {
    const owner = await withDevice(custodian);
    expect((await submitted(owner, pods)).assignments).toHaveLength(2);
  });
});

describe('the same key', () => {
  it('answers the same task to the same request', async () => {
    const request = await taskFor(modeller, pods);
    const key = randomUUID();
    const first = await submit(modeller, request, key);
    const again = await submit(modeller, request, key);
    expect([again.status, again.body]).toEqual([201, first.body]);
  });

  it('makes one task when the request comes ten times at once', async () => {
    const request = await taskFor(modeller, pods);
    const key = randomUUID();
    const before = await count();
    const replies = await Promise.all(Array.from({ length: 10 }, () => submit(modeller, request, key)));
    expect(new Set(replies.map(({ status, body }) => `${status} ${body.taskId}`))).toEqual(new Set([`201 ${request.taskId}`]));
    expect(await count()).toBe(before + 1);
    expect(await hub.database.client.assignment.count({ where: { taskId: request.taskId } })).toBe(2);
    expect(await hub.database.client.auditEntry.count({ where: { subject: request.taskId } })).toBe(1);
  });

  it('is refused for another request, and a manifest is refused under another key', async () => {
    const [request, other] = [await taskFor(modeller, pods), await taskFor(modeller, pods)];
    const key = randomUUID();
    await submit(modeller, request, key);
    expect((await submit(modeller, other, key)).fault.code).toBe('conflict.exists');
    expect((await submit(modeller, request)).fault.code).toBe('envelope.replayed');
  });

  it('is each modeller’s own', async () => {
    const owner = await withDevice(custodian);
    const key = randomUUID();
    await submit(modeller, await taskFor(modeller, pods), key);
    expect((await submit(owner, await taskFor(owner, pods), key)).status).toBe(201);
  });

  it('must be given', async () => {
    const { json } = await taskFor(modeller, pods);
    expect((await modeller.call('POST', '/tasks', { json })).fault.code).toBe('usage.invalid');
  });
});

describe('a task is refused, and leaves no row', () => {
  const hour = 3_600_000;
  const now = (): number => Date.now();
  const mistakes: [string, () => TaskChanges | Promise<TaskChanges>, string][] = [
    ['signed by a device that nobody knows', async () => ({ keys: await makeKeys() }), 'envelope.unknown-key'],
    ['signed by somebody else’s device', () => ({ keys: weak.keys }), 'envelope.unknown-key'],
    ['made for another account', () => ({ manifest: { userId: weak.id } }), 'envelope.wrong-recipient'],
    ['sealed to another device', () => ({ manifest: { sealTo: 'A'.repeat(43) } }), 'envelope.unknown-key'],
    ['signed long ago', () => ({ manifest: { issuedAt: now() - hour } }), 'envelope.expired'],
    ['signed in the future', () => ({ manifest: { issuedAt: now() + hour, expiresAt: now() + 2 * hour } }), 'envelope.expired'],
    ['expired', () => ({ manifest: { issuedAt: now() - 90_000, expiresAt: now() - 60_000 } }), 'envelope.expired'],
    ['with a deadline in the past', () => ({ limits: { deadlineAt: now() - 1 } }), 'usage.invalid'],
    ['with a deadline next year', () => ({ limits: { deadlineAt: now() + 366 * 24 * hour } }), 'usage.invalid'],
    ['with more pods needed than named', () => ({ limits: { minPods: 3 } }), 'usage.invalid'],
    ['with a key nobody knows', () => ({ manifest: { superuser: true } }), 'usage.unknown-key'],
    ['of a protocol nobody has', () => ({ manifest: { protocol: { name: 'telepathy', version: 1 } } }), 'element.unknown'],
    ['of a version nobody has', () => ({ manifest: { algorithm: { name: 'column-average', version: 999 } } }), 'element.unknown'],
    ['of elements that do not fit', () => ({ manifest: { protocol: { name: 'federated-averaging', version: 1 } } }), 'element.mismatch'],
    ['with an epsilon of nothing', () => ({ manifest: { privacy: { epsilon: 0, delta: 1e-5 } } }), 'privacy.malformed'],
    ['on a dataset that is not there', () => ({ dataset: 'whales' }), 'dataset.unknown'],
  ];

  it.each(mistakes)('%s', async (_, changes, code) => {
    const request = await taskFor(modeller, pods, await changes());
    const before = await count();
    expect((await submit(modeller, request)).fault.code).toBe(code);
    expect(await count()).toBe(before);
  });

  it('when a payload is not the one that was signed for', async () => {
    const { json } = await taskFor(modeller, pods);
    const [first, second] = json.payloads as [(typeof json.payloads)[0], (typeof json.payloads)[0]];
    const swapped = [{ podId: first.podId, payload: second.payload }, { podId: second.podId, payload: first.payload }];
    for (const payloads of [swapped, [first], [first, first], [first, { ...second, podId: makeId('pod') }], [first, second, { ...first, podId: makeId('pod') }]]) {
      expect((await submit(modeller, { json: { ...json, payloads } })).fault.code).toBe('envelope.tampered');
    }
  });

  it('when the manifest was changed after it was signed, or is something else that was signed', async () => {
    const { json } = await taskFor(modeller, pods);
    const [header, , signature] = json.manifest.split('.');
    const claims = JSON.parse(Buffer.from(json.manifest.split('.')[1]!, 'base64url').toString()) as object;
    const changed = [header, Buffer.from(JSON.stringify({ ...claims, privacy: null, secureAggregation: true })).toString('base64url'), signature].join('.');
    expect((await submit(modeller, { json: { ...json, manifest: changed } })).fault.code).toBe('envelope.bad-signature');
    const grant = await sign({ typ: 'podnet-grant+jws', key: modeller.keys.signing, payload: claims });
    expect((await submit(modeller, { json: { ...json, manifest: grant } })).fault.code).toBe('envelope.wrong-type');
  });

  it('when the device was revoked', async () => {
    const person = await makeModeller(hub, admin, 'rae@example.org');
    await grantRole(custodian, pods[0]!, person);
    const { body } = await person.call<{ devices: { id: string }[] }>('GET', '/me/devices');
    await person.call('DELETE', `/me/devices/${body.devices[0]!.id}`);
    expect((await submit(person, await taskFor(person, [pods[0]!]))).fault.code).toBe('envelope.unknown-key');
  });

  it('when a pod has not been confirmed', async () => {
    const owner = await withDevice(custodian);
    const pod = await joinPod(hub, custodian, 'unconfirmed');
    expect((await submit(owner, await taskFor(owner, [pod]))).fault.code).toBe('conflict.state');
  });

  it('when it is larger than 256 KiB', async () => {
    const request = await taskFor(modeller, pods);
    expect((await submit(modeller, { json: { ...request.json, checkpoint: `${'a'.repeat(263_000)}.b` } })).fault.code).toBe('usage.too-large');
  });
});

describe('a task that would be denied', () => {
  it('is refused with the verdict of every pod', async () => {
    const before = await count();
    const { status, fault } = await submit(weak, await taskFor(weak, pods));
    expect([status, fault.code]).toEqual([403, 'policy.denied']);
    const verdicts = fault.verdicts as Verdict[];
    expect(verdicts.map(({ podName, decision, by }) => [podName, decision, by]).sort()).toEqual([['biscoe', 'deny', 'hub'], ['torgersen', 'deny', 'hub']]);
    expect(verdicts.every(({ checks, wouldPass }) => checks.some(({ passed }) => !passed) && wouldPass.length > 0)).toBe(true);
    expect(await count()).toBe(before);
  });

  it('goes to the pods when the modeller wants to hear it from them', async () => {
    const { json } = await taskFor(weak, pods);
    const { status, body } = await submit(weak, { json: { ...json, courtesy: 'forward' } });
    expect([status, body.state]).toEqual([201, 'open']);
  });

  it('is told apart from having no role at all', async () => {
    const adminWithDevice = await withDevice(admin);
    expect((await submit(adminWithDevice, await taskFor(adminWithDevice, pods))).fault.code).toBe('policy.no-access');
  });
});

describe('open tasks', () => {
  it('are a hundred at most, however many come at once', async () => {
    const busy = await makeModeller(hub, admin, 'busy@example.org');
    await grantRole(custodian, pods[0]!, busy);
    const first = await submitted(busy, [pods[0]!]);
    // Ninety-seven more, without waiting for them.
    await hub.database.client.$executeRaw`
      insert into "Task" ("id", "ownerId", "idempotencyKey", "requestHash", "manifest", "protocol", "algorithm", "state", "minPods", "onPodLoss", "deadlineAt")
      select 'tsk_' || lpad(n::text, 26, '0'), "ownerId", 'key-' || n, "requestHash", "manifest", "protocol", "algorithm", 'open', 1, 'wait', "deadlineAt"
      from "Task", generate_series(1, 97) n where "id" = ${first.taskId}`;
    const requests = await Promise.all(Array.from({ length: 5 }, () => taskFor(busy, [pods[0]!])));
    const replies = await Promise.all(requests.map((request) => submit(busy, request)));
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 201, 429, 429, 429]);
    expect(replies.find(({ status }) => status === 429)!.headers.get('retry-after')).toBe('10');
    await busy.call('POST', `/tasks/${first.taskId}/cancel`);
    expect((await submit(busy, await taskFor(busy, [pods[0]!]))).status).toBe(201);
  });
});

describe('an owner’s tasks', () => {
  it('are listed newest first, page by page', async () => {
    const person = await makeModeller(hub, admin, 'lists@example.org');
    await grantRole(custodian, pods[0]!, person);
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.unshift((await submitted(person, [pods[0]!])).taskId);
    await person.call('POST', `/tasks/${ids[0]}/cancel`);
    const page = async (query: string): Promise<string[]> => (await person.call<{ tasks: TaskProgress[] }>('GET', `/tasks${query}`)).body.tasks.map(({ taskId }) => taskId);
    expect(await page('')).toEqual(ids);
    expect(await page('?limit=2')).toEqual(ids.slice(0, 2));
    expect(await page(`?limit=2&before=${ids[1]}`)).toEqual(ids.slice(2, 4));
    expect(await page('?state=cancelled')).toEqual(ids.slice(0, 1));
    expect((await person.call('GET', '/tasks?limit=1000')).fault.code).toBe('usage.invalid');
  });

  it('are nobody else’s, not even an admin’s', async () => {
    const { taskId, assignments } = await submitted(modeller, pods);
    const never = makeId('task');
    for (const person of [admin, weak, custodian]) {
      const ask = async (id: string): Promise<string[]> =>
        Promise.all([
          person.call('GET', `/tasks/${id}`), person.call('GET', `/tasks/${id}/manifest`), person.call('GET', `/tasks/${id}/results`), person.call('GET', `/tasks/${id}/checkpoint`),
          person.call('POST', `/tasks/${id}/cancel`), person.call('POST', `/tasks/${id}/drop`, { json: { assignmentId: assignments[0]!.assignmentId } }),
          person.call('PUT', `/tasks/${id}/checkpoint`, { raw: new Uint8Array([1]), headers: { 'content-type': 'application/octet-stream' } }),
        ].map(async (reply) => (await reply).text));
      const answers = await ask(taskId);
      expect(answers).toEqual(await ask(never));
      expect(answers.every((text) => text.includes('access.not-found'))).toBe(true);
    }
    expect((await modeller.call('GET', `/tasks/${taskId}`)).body).toMatchObject({ state: 'open' });
  });

  it('can be cancelled, twice as well, and then nothing moves any more', async () => {
    const { taskId, assignments } = await submitted(modeller, pods);
    const cancelled = await modeller.call<TaskProgress>('POST', `/tasks/${taskId}/cancel`);
    expect(cancelled.body).toMatchObject({ state: 'cancelled', code: 'task.cancelled' });
    expect(cancelled.body.assignments.map(({ state }) => state)).toEqual(['cancelled', 'cancelled']);
    expect((await modeller.call<TaskProgress>('POST', `/tasks/${taskId}/cancel`)).body).toEqual(cancelled.body);
    expect(await pods[0]!.claim(assignments.find(({ podId }) => podId === pods[0]!.id)!.assignmentId)).toBeNull();
    expect((await modeller.call('POST', `/tasks/${taskId}/drop`, { json: { assignmentId: assignments[0]!.assignmentId } })).fault.code).toBe('conflict.state');
  });

  it('can go on without a pod, and fail when too few are left', async () => {
    const roomy = await submitted(modeller, pods, { limits: { minPods: 1 } });
    const drop = (task: TaskProgress): Promise<{ body: TaskProgress }> => modeller.call<TaskProgress>('POST', `/tasks/${task.taskId}/drop`, { json: { assignmentId: task.assignments[0]!.assignmentId } });
    expect((await drop(roomy)).body).toMatchObject({ state: 'open', assignments: [{ state: 'lost', code: 'task.pod-lost' }, { state: 'queued' }] });
    const strict = await submitted(modeller, pods);
    expect((await drop(strict)).body).toMatchObject({ state: 'failed', code: 'task.pod-lost', assignments: [{ state: 'lost' }, { state: 'cancelled' }] });
  });

  it('keep a checkpoint as long as they are open', async () => {
    const { taskId } = await submitted(modeller, pods);
    const save = (bytes: Uint8Array<ArrayBuffer>) => modeller.call('PUT', `/tasks/${taskId}/checkpoint`, { raw: bytes, headers: { 'content-type': 'application/octet-stream' } });
    expect((await modeller.call('GET', `/tasks/${taskId}/checkpoint`)).fault.code).toBe('access.not-found');
    expect((await save(new Uint8Array([1, 2, 3]))).status).toBe(204);
    expect((await save(new Uint8Array([4, 5]))).status).toBe(204);
    expect((await save(new Uint8Array())).fault.code).toBe('usage.invalid');
    await modeller.call('POST', `/tasks/${taskId}/cancel`);
    expect((await save(new Uint8Array([6]))).fault.code).toBe('conflict.state');
    expect((await modeller.call('GET', `/tasks/${taskId}/checkpoint`)).text).toBe('\u0004\u0005');
  });

  it('do not let a driver that is behind take away the state of one that is further', async () => {
    const { taskId } = await submitted(modeller, pods);
    const save = (text: string, position?: number | string) => modeller.call('PUT', `/tasks/${taskId}/checkpoint${position === undefined ? '' : `?position=${position}`}`, { raw: new TextEncoder().encode(text), headers: { 'content-type': 'application/octet-stream' } });
    expect((await save('round 7', 14)).status).toBe(204);
    expect((await save('round 5', 10)).fault.code).toBe('conflict.stale');
    expect((await save('round 7 again', 14)).status).toBe(204);
    expect((await save('the end', Number.MAX_SAFE_INTEGER)).status).toBe(204);
    for (const wrong of [-1, 0.5, 'x', 2 ** 53]) expect((await save('?', wrong)).fault.code).toBe('usage.invalid');
    expect((await modeller.call('GET', `/tasks/${taskId}/checkpoint`)).text).toBe('the end');
    // An SDK that knows of no positions goes on as before.
    expect((await save('no position')).status).toBe(204);
    expect((await save('a late one', 10)).fault.code).toBe('conflict.stale');
  });

  it('end when the account is disabled', async () => {
    const person = await makeModeller(hub, admin, 'gone@example.org');
    await grantRole(custodian, pods[0]!, person);
    const { taskId, assignments } = await submitted(person, [pods[0]!]);
    const hinted = pods[0]!.hinted();
    expect((await admin.call('DELETE', `/accounts/${person.id}`)).status).toBe(204);
    await hinted;
    expect(await hub.database.client.task.findUnique({ where: { id: taskId }, select: { state: true, code: true } })).toEqual({ state: 'cancelled', code: 'policy.no-access' });
    expect(await pods[0]!.pull()).toContainEqual(expect.objectContaining({ kind: 'cancel', body: { assignmentId: assignments[0]!.assignmentId, code: 'policy.no-access' } }));
  });
});
