import { namespaces, type TaskProgress } from '@podnet/contracts';
import { makeKeys, sign } from '@podnet/envelope';
import { connectPod, dialIn, enrolPod, joinPod, openSocket, podGreeting, verdictOf, type FakePod, type JoinedPod } from '../testing/fake-pod.ts';
import { startTestHub, type TestHub } from '../testing/hub.ts';
import { grantRole, makeModeller, submitted, watchAs, type Modeller } from '../testing/modeller.ts';
import { makeAdmin, makePerson, signIn, type Person } from '../testing/people.ts';

let hub: TestHub;
let admin: Person;
let custodian: Person;
let modeller: Modeller;
let enrolled: JoinedPod;
let pod: FakePod;

beforeAll(async () => {
  hub = await startTestHub();
  admin = await makeAdmin(hub);
  custodian = await makePerson(hub, admin, 'cora@example.org');
  modeller = await makeModeller(hub, admin, 'mo@example.org');
  enrolled = await enrolPod(hub, custodian, 'biscoe');
  await grantRole(custodian, enrolled, modeller);
  pod = await connectPod(hub, enrolled);
});
afterAll(() => hub.stop());

const gone = (socket: FakePod['socket']): Promise<unknown> => new Promise((resolve) => socket.once('disconnect', resolve));

describe('a pod that dials in', () => {
  const now = (): number => Date.now();
  const mistakes: [string, () => Promise<string>, string][] = [
    ['no greeting', async () => '', 'auth.required'],
    ['nonsense', async () => 'nonsense', 'envelope.malformed'],
    ['a greeting signed by a key nobody knows', async () => podGreeting({ ...enrolled, keys: await makeKeys() }), 'envelope.unknown-key'],
    ['a greeting in the name of another pod', async () => podGreeting(enrolled, { podId: `pod_${'0'.repeat(26)}` }), 'auth.invalid'],
    ['a greeting to another hub', async () => podGreeting(enrolled, { hub: 'evil' }), 'envelope.wrong-recipient'],
    ['an old greeting', async () => podGreeting(enrolled, { issuedAt: now() - 120_000, expiresAt: now() + 60_000 }), 'envelope.expired'],
    ['an expired greeting', async () => podGreeting(enrolled, { issuedAt: now() - 50_000, expiresAt: now() - 40_000 }), 'envelope.expired'],
    ['a greeting from the future', async () => podGreeting(enrolled, { issuedAt: now() + 120_000, expiresAt: now() + 180_000 }), 'envelope.expired'],
    ['a greeting of another type', async () => sign({ typ: 'podnet-pod-card+jws', key: enrolled.keys.signing, payload: {} }), 'envelope.wrong-type'],
    ['a greeting with a key nobody asked for', async () => podGreeting(enrolled, { role: 'admin' }), 'usage.unknown-key'],
    ['an access token of a person', async () => modeller.token, 'envelope.wrong-type'],
  ];
  it.each(mistakes)('is refused with %s', async (_, token, code) => {
    await expect(openSocket(hub, namespaces.pods, await token())).rejects.toMatchObject({ code });
    expect(pod.socket.connected).toBe(true);
  });

  it('is refused with a greeting that was used', async () => {
    const joined = await enrolPod(hub, custodian, 'replayed');
    const token = await podGreeting(joined);
    const socket = await openSocket(hub, namespaces.pods, token);
    await expect(openSocket(hub, namespaces.pods, token)).rejects.toMatchObject({ code: 'envelope.replayed' });
    socket.disconnect();
  });

  it('waits for its custodian, and goes on by a hint', async () => {
    const joined = await joinPod(hub, custodian, 'waiting');
    const early = await dialIn(hub, joined);
    for (const [event, input] of [['pod:hello', { version: '1', inflight: [] }], ['pod:pull', { ack: [], max: 1 }], ['pod:claim', { assignmentId: `asg_${'0'.repeat(26)}` }]] as const) {
      await expect(early.call(event, input)).rejects.toMatchObject({ code: 'conflict.state' });
    }
    const hinted = early.hinted();
    await custodian.call('POST', `/pods/${joined.id}/confirm`, { json: { fingerprint: joined.fingerprint } });
    await hinted;
    expect(await early.call('pod:hello', { version: '1', inflight: [] })).toMatchObject({ name: 'podnet', custodianId: custodian.id, lost: [] });
    early.close();
  });

  it('replaces its own earlier connection', async () => {
    const joined = await enrolPod(hub, custodian, 'again');
    const first = await dialIn(hub, joined);
    const closed = gone(first.socket);
    const second = await dialIn(hub, joined);
    await closed;
    expect(await second.pull()).toEqual([]);
    expect((await custodian.call('GET', `/pods/${joined.id}`)).body).toMatchObject({ online: true });
    second.close();
  });

  it('gets an answer to whatever it calls', async () => {
    await expect(pod.call('pod:nonsense', {})).rejects.toMatchObject({ code: 'usage.unsupported' });
    await expect(pod.call('pod:pull', 'nonsense')).rejects.toMatchObject({ code: 'usage.invalid' });
    await expect(pod.call('pod:pull', null)).rejects.toMatchObject({ code: 'usage.invalid' });
    await expect(pod.call('pod:pull', { ack: [], max: 1, more: true })).rejects.toMatchObject({ code: 'usage.unknown-key' });
    await expect(pod.call('pod:claim', { assignmentId: '../etc' })).rejects.toMatchObject({ code: 'usage.invalid' });
    await expect(pod.call('pod:frame', undefined)).rejects.toMatchObject({ code: 'usage.invalid' });
    const bare = (await pod.socket.timeout(5_000).emitWithAck('pod:pull')) as { ok: boolean };
    expect(bare.ok).toBe(false);
    expect(await pod.pull(['not a number'])).toEqual(expect.any(Array));
  });

  it('is not drowned by its own calls', async () => {
    const calls = await Promise.allSettled(Array.from({ length: 200 }, () => pod.call('pod:heartbeat', { leases: [{ assignmentId: `asg_${'0'.repeat(26)}`, epoch: 1 }] })));
    const refused = calls.filter((call) => call.status === 'rejected').map((call) => (call.reason as { code: string }).code);
    expect(new Set(refused)).toEqual(new Set(['usage.rate-limited']));
    expect(calls.filter((call) => call.status === 'fulfilled').length).toBeGreaterThanOrEqual(64);
    expect(await pod.call('pod:heartbeat', { leases: [] })).toEqual({ lost: [] });
  });
});

describe('a modeller’s socket', () => {
  it('opens for sessions and API tokens, and for nothing else', async () => {
    const { body } = await modeller.call<{ token: string }>('POST', '/me/tokens', { json: { name: 'script' } });
    for (const token of [modeller.token, body.token]) (await watchAs(hub, { token })).close();
    for (const token of ['', 'nonsense', await podGreeting(enrolled)]) await expect(openSocket(hub, namespaces.modellers, token)).rejects.toMatchObject({ code: token === '' ? 'auth.required' : 'auth.invalid' });
  });

  it('closes when its session ends, and no other', async () => {
    const [one, other] = [await signIn(hub, modeller), await signIn(hub, modeller)];
    const [first, second] = [await watchAs(hub, one), await watchAs(hub, other)];
    const closed = gone(first.socket);
    await one.call('DELETE', '/sessions/current');
    expect(await closed).toBe('io server disconnect');
    expect(second.socket.connected).toBe(true);
    const all = gone(second.socket);
    await other.call('DELETE', '/sessions');
    await all;
    modeller = { ...modeller, ...(await signIn(hub, modeller)), keys: modeller.keys };
  });

  it('tells the owner of a task whatever happens to it, and nobody else', async () => {
    const task = await submitted(modeller, [pod]);
    const { assignmentId } = task.assignments[0]!;
    const mine = await watchAs(hub, modeller);
    const others = await watchAs(hub, admin);
    await expect(others.call('task:watch', { taskId: task.taskId })).rejects.toMatchObject({ code: 'access.not-found' });
    const overheard: unknown[] = [];
    others.socket.onAny((event) => overheard.push(event));
    const states: string[] = [];
    mine.socket.on('task:progress', ({ assignments }: TaskProgress) => states.push(assignments[0]!.state));
    const until = (state: string): Promise<TaskProgress> => mine.until(task.taskId, ({ assignments }) => assignments[0]!.state === state);
    const { epoch } = (await pod.claim(assignmentId))!;
    await until('leased');
    const verdict = await verdictOf(pod);
    await pod.call('pod:running', { assignmentId, epoch, verdict });
    expect((await until('running')).assignments[0]).toMatchObject({ epoch: 1, verdict, online: true });
    const away = mine.until(task.taskId, ({ assignments }) => !assignments[0]!.online);
    pod.close();
    await away;
    const back = mine.until(task.taskId, ({ assignments }) => assignments[0]!.online);
    pod = await dialIn(hub, pod);
    await back;
    await pod.call('pod:hello', { version: '1', inflight: [{ assignmentId, epoch }] });
    await pod.call('pod:report', { assignmentId, epoch, state: 'done', code: null, verdict, result: new Uint8Array(5) });
    expect(await mine.until(task.taskId, ({ state }) => state === 'completed')).toMatchObject({ assignments: [{ hasResult: true }] });
    expect(states.at(-1)).toBe('done');
    expect(overheard).toEqual([]);
    await mine.call('task:unwatch', { taskId: task.taskId });
    for (const watching of [mine, others]) watching.close();
  });

  it('gets an answer to whatever it calls', async () => {
    const watching = await watchAs(hub, modeller);
    await expect(watching.call('task:nonsense', {})).rejects.toMatchObject({ code: 'usage.unsupported' });
    await expect(watching.call('task:watch', { taskId: 'x' })).rejects.toMatchObject({ code: 'usage.invalid' });
    for (const input of [undefined, null, 7, {}, { taskId: 'x' }, { taskId: 'x', step: 0, frames: [] }, { taskId: 'x', step: 0, frames: [null] }, { taskId: 'x', step: -1, frames: [{ assignmentId: 'a', body: new Uint8Array(1) }] }, { taskId: 'x', step: 0, frames: [{ assignmentId: 'a', body: 'text' }] }]) {
      await expect(watching.call('task:frames', input)).rejects.toMatchObject({ code: 'usage.invalid' });
    }
    watching.close();
  });
});

describe('can-i', () => {
  it('asks the hub and every pod, and stores nothing', async () => {
    const { taskFor } = await import('../testing/modeller.ts');
    const silent = await connectPod(hub, await enrolPod(hub, custodian, 'silent'));
    await grantRole(custodian, silent, modeller, 'viewer');
    silent.close();
    const asked: unknown[] = [];
    pod.socket.on('pod:can-i', (input: unknown, answer: (reply: unknown) => void) => {
      asked.push(input);
      void verdictOf(pod).then((verdict) => answer({ ok: true, data: { verdict } }));
    });
    const { json } = await taskFor(modeller, [pod, silent]);
    const before = await hub.database.client.task.count();
    const { status, body } = await modeller.call<{ hub: { podId: string; decision: string }[]; pods: { podId: string; online: boolean; verdict: string | null }[] }>('POST', '/can-i', { json });
    expect(status).toBe(200);
    expect(body.hub.map(({ podId, decision }) => [podId, decision])).toEqual([[pod.id, 'permit'], [silent.id, 'deny']]);
    expect(body.pods).toEqual([{ podId: pod.id, online: true, verdict: await verdictOf(pod) }, { podId: silent.id, online: false, verdict: null }]);
    expect(asked).toMatchObject([{ manifest: json.manifest, payload: json.payloads[0]!.payload, grant: expect.stringContaining('.') }]);
    expect(await hub.database.client.task.count()).toBe(before);
    pod.socket.off('pod:can-i');
  });

  it('takes a pod that answers nonsense for one that said nothing', async () => {
    const { taskFor } = await import('../testing/modeller.ts');
    pod.socket.on('pod:can-i', (_: unknown, answer: (reply: unknown) => void) => answer({ ok: true, data: { verdict: '<b>yes</b>' } }));
    const { json } = await taskFor(modeller, [pod]);
    expect((await modeller.call<{ pods: unknown }>('POST', '/can-i', { json })).body.pods).toEqual([{ podId: pod.id, online: true, verdict: null }]);
    pod.socket.off('pod:can-i');
  });
});
