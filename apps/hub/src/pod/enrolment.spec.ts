import { makeKeys, publicHalf, sign } from '@podnet/envelope';
import { typ } from '@podnet/contracts';
import { call, type Reply } from '../testing/call.ts';
import { connectPod, dialIn, enrolPod, joinPod, joinProof, podCardOf, schemaOf } from '../testing/fake-pod.ts';
import { startTestHub, type TestHub } from '../testing/hub.ts';
import { addDevice, makeAdmin, makePerson, type Person } from '../testing/people.ts';

let hub: TestHub;
let admin: Person;
let custodian: Person;
let stranger: Person;

beforeAll(async () => {
  // Many wrong codes on purpose: counting attempts has its own spec.
  hub = await startTestHub({ environment: { PODNET_ATTEMPTS_PER_MINUTE: '1000' } });
  admin = await makeAdmin(hub);
  custodian = await makePerson(hub, admin, 'cora@example.org');
  stranger = await makePerson(hub, admin, 'sam@example.org');
});
afterAll(() => hub.stop());

interface Registered {
  joinCode: string;
  pod: { id: string; state: string; yourRole: string };
}

const register = async (name: string): Promise<Registered> => (await custodian.call<Registered>('POST', '/pods', { json: { name } })).body;
const join = (joinCode: string, proof: string): Promise<Reply> => call(hub.url, 'POST', '/enrolments', { json: { joinCode, proof } });
const stateOf = async (podId: string): Promise<unknown> => (await custodian.call('GET', `/pods/${podId}`)).body['state'];

describe('enrolment', () => {
  it('takes a pod from its join code to its confirmation', async () => {
    const { joinCode, pod } = await register('north');
    expect(pod).toMatchObject({ state: 'awaiting-join', yourRole: 'custodian', online: false });
    const device = await addDevice(custodian);
    const keys = await makeKeys();
    const joined = await join(joinCode, await joinProof(keys, joinCode));
    expect(joined.status).toBe(201);
    expect(joined.body).toMatchObject({ podId: pod.id, name: 'north', hub: { name: 'podnet' }, custodian: { id: custodian.id, email: custodian.email } });
    const { devices } = joined.body['custodian'] as { devices: { keys: unknown; fingerprint: string }[] };
    expect(devices).toEqual([{ name: 'laptop', keys: publicHalf(device.keys), fingerprint: device.reply.body.fingerprint }]);
    expect(await stateOf(pod.id)).toBe('awaiting-confirmation');
    const { fingerprint } = (await custodian.call<{ fingerprint: string }>('GET', `/pods/${pod.id}`)).body;
    const confirmed = await custodian.call('POST', `/pods/${pod.id}/confirm`, { json: { fingerprint: fingerprint.toLowerCase().replaceAll('-', ' ') } });
    expect(confirmed.body).toMatchObject({ state: 'active' });
  });

  it('changes nothing when the fingerprints differ', async () => {
    const pod = await joinPod(hub, custodian, 'differs');
    const reply = await custodian.call('POST', `/pods/${pod.id}/confirm`, { json: { fingerprint: 'AAAA-BBBB-CCCC-DDDD-EEEE-FFFF-GGGG-HHHH' } });
    expect([reply.status, reply.fault.code]).toEqual([409, 'enrolment.fingerprint-mismatch']);
    expect(await stateOf(pod.id)).toBe('awaiting-confirmation');
  });

  it('lets only the custodian confirm: an admin is refused, and to others there is no pod', async () => {
    const pod = await joinPod(hub, custodian, 'others');
    const confirm = (person: Person): Promise<Reply> => person.call('POST', `/pods/${pod.id}/confirm`, { json: { fingerprint: pod.fingerprint } });
    expect((await confirm(admin)).fault.code).toBe('access.forbidden');
    expect((await confirm(stranger)).fault.code).toBe('access.not-found');
    expect((await confirm(custodian)).status).toBe(200);
    expect((await confirm(custodian)).fault.code).toBe('conflict.state');
  });

  it('forgets who joined when the custodian makes a new code', async () => {
    const pod = await joinPod(hub, custodian, 'hijacked');
    const renewed = await custodian.call<{ joinCode: string }>('POST', `/pods/${pod.id}/join-code`);
    expect(renewed.status).toBe(201);
    expect(await stateOf(pod.id)).toBe('awaiting-join');
    const keys = await makeKeys();
    expect((await join(renewed.body.joinCode, await joinProof(keys, renewed.body.joinCode))).status).toBe(201);
    expect((await custodian.call('POST', `/pods/${pod.id}/confirm`, { json: { fingerprint: pod.fingerprint } })).fault.code).toBe('enrolment.fingerprint-mismatch');
  });

  it('makes no new code for a pod that is confirmed', async () => {
    const pod = await enrolPod(hub, custodian, 'settled');
    expect((await custodian.call('POST', `/pods/${pod.id}/join-code`)).fault.code).toBe('conflict.state');
    expect((await stranger.call('POST', `/pods/${pod.id}/join-code`)).fault.code).toBe('access.not-found');
  });

  it('refuses a name that is taken, whatever its case would be', async () => {
    await register('taken');
    expect((await stranger.call('POST', '/pods', { json: { name: 'taken' } })).fault.code).toBe('conflict.exists');
    expect((await stranger.call('POST', '/pods', { json: { name: 'Taken' } })).fault.code).toBe('usage.invalid');
  });
});

describe('a join code', () => {
  it('is good once', async () => {
    const { joinCode } = await register('once');
    expect((await join(joinCode, await joinProof(await makeKeys(), joinCode))).status).toBe(201);
    expect((await join(joinCode, await joinProof(await makeKeys(), joinCode))).fault.code).toBe('enrolment.code-invalid');
  });

  it('is good once when two pods use it at the same moment', async () => {
    const { joinCode } = await register('at-once');
    const replies = await Promise.all([1, 2, 3, 4].map(async () => join(joinCode, await joinProof(await makeKeys(), joinCode))));
    expect(replies.map((reply) => reply.status).sort()).toEqual([201, 403, 403, 403]);
  });

  it('says the same when it is wrong, used, expired or void', async () => {
    const used = await register('used');
    await join(used.joinCode, await joinProof(await makeKeys(), used.joinCode));
    const expired = await register('expired');
    await hub.database.client.joinCode.updateMany({ where: { podId: expired.pod.id }, data: { expiresAt: new Date(Date.now() - 1) } });
    const void_ = await register('void');
    await custodian.call('POST', `/pods/${void_.pod.id}/join-code`);
    const bodies = [];
    for (const code of ['AAAA-BBBB-CCCC-DDDD-EEEE', used.joinCode, expired.joinCode, void_.joinCode]) bodies.push((await join(code, await joinProof(await makeKeys(), code))).text);
    expect(new Set(bodies).size).toBe(1);
    expect(bodies[0]).toContain('enrolment.code-invalid');
  });

  it('is burnt after five proofs that are wrong', async () => {
    const { joinCode, pod } = await register('burnt');
    const keys = await makeKeys();
    const wrong = await joinProof(keys, 'another code, not this');
    for (let i = 0; i < 5; i++) expect((await join(joinCode, wrong)).fault.code).toBe('envelope.tampered');
    expect((await join(joinCode, await joinProof(keys, joinCode))).fault.code).toBe('enrolment.code-invalid');
    const { body } = await admin.call<{ entries: { action: string }[] }>('GET', `/audit?subject=${pod.id}`);
    expect(body.entries.map((entry) => entry.action)).toEqual(['pod.registered', 'pod.join-code-burnt']);
  });

  it('survives four proofs that are wrong', async () => {
    const { joinCode } = await register('survivor');
    const keys = await makeKeys();
    for (let i = 0; i < 4; i++) await join(joinCode, await joinProof(keys, 'another code, not this'));
    expect((await join(joinCode, await joinProof(keys, joinCode))).status).toBe(201);
  });

  it('is never stored', async () => {
    const { joinCode } = await register('secret');
    const rows = await hub.database.client.joinCode.findMany();
    expect(JSON.stringify(rows)).not.toContain(joinCode);
    expect(hub.logged()).not.toContain(joinCode);
  });
});

describe('the proof of a pod that joins', () => {
  const mistakes: [string, (joinCode: string) => Promise<string>, string][] = [
    ['signed by another key than it presents', async (code) => joinProof(await makeKeys(), code, { keys: publicHalf(await makeKeys()) }), 'envelope.unknown-key'],
    ['of another type', async (code) => { const keys = await makeKeys(); return sign({ typ: typ.podAuth, key: keys.signing, payload: { v: 1, codeHash: code, keys: publicHalf(keys), version: '1', issuedAt: Date.now() } }); }, 'envelope.wrong-type'],
    ['too old', async (code) => joinProof(await makeKeys(), code, { issuedAt: Date.now() - 3_600_000 }), 'envelope.expired'],
    ['from the future', async (code) => joinProof(await makeKeys(), code, { issuedAt: Date.now() + 3_600_000 }), 'envelope.expired'],
    ['with a key nobody asked for', async (code) => joinProof(await makeKeys(), code, { admin: true }), 'usage.unknown-key'],
    ['without keys', async (code) => joinProof(await makeKeys(), code, { keys: null }), 'usage.invalid'],
    ['that is no JSON', async () => 'bm8.bm8.bm8', 'envelope.malformed'],
  ];

  it.each(mistakes)('is refused when it is %s', async (what, proof, code) => {
    const { joinCode, pod } = await register(`proof-${mistakes.findIndex(([name]) => name === what)}`);
    expect((await join(joinCode, await proof(joinCode))).fault.code).toBe(code);
    expect(await stateOf(pod.id)).toBe('awaiting-join');
  });

  it('is refused for keys that a pod or a device has, without saying who, and the code stays good', async () => {
    const pod = await enrolPod(hub, custodian, 'key-owner');
    const { keys: deviceKeys } = await addDevice(stranger);
    const { joinCode } = await register('key-thief');
    for (const keys of [pod.keys, deviceKeys]) {
      const reply = await join(joinCode, await joinProof(keys, joinCode));
      expect(reply.fault.code).toBe('conflict.exists');
      expect(reply.text).not.toMatch(/key-owner|sam|cora/);
    }
    expect((await join(joinCode, await joinProof(await makeKeys(), joinCode))).status).toBe(201);
  });
});

describe('a pod that is removed', () => {
  it('is told, disconnected, and its name is free while its keys are not', async () => {
    const pod = await connectPod(hub, await enrolPod(hub, custodian, 'leaving'));
    const hinted = pod.hinted();
    expect((await custodian.call('DELETE', `/pods/${pod.id}`)).status).toBe(204);
    await hinted;
    expect((await pod.pull()).map((letter) => letter.kind)).toEqual(['removed']);
    await expect(pod.call('pod:heartbeat', { leases: [] })).rejects.toMatchObject({ code: 'conflict.state' });
    await new Promise((resolve) => pod.socket.once('disconnect', resolve));
    await expect(dialIn(hub, pod)).rejects.toMatchObject({ code: 'conflict.state' });
    expect((await custodian.call('GET', `/pods/${pod.id}`)).fault.code).toBe('access.not-found');
    const { joinCode } = await register('leaving');
    expect((await join(joinCode, await joinProof(pod.keys, joinCode))).fault.code).toBe('conflict.exists');
  });

  it('can be removed by an admin and by nobody else', async () => {
    const pod = await enrolPod(hub, custodian, 'unwanted');
    expect((await stranger.call('DELETE', `/pods/${pod.id}`)).fault.code).toBe('access.not-found');
    expect((await admin.call('DELETE', `/pods/${pod.id}`)).status).toBe(204);
    expect((await admin.call('DELETE', `/pods/${pod.id}`)).fault.code).toBe('access.not-found');
  });
});

describe('what a pod publishes', () => {
  it('is refused unless the card is its own and names these very schemas', async () => {
    const pod = await dialIn(hub, await enrolPod(hub, custodian, 'publisher'));
    const other = await enrolPod(hub, custodian, 'other-publisher');
    const schemas = [schemaOf('penguins')];
    const good = await podCardOf(pod, schemas);
    const refused: [string, unknown][] = [
      ['envelope.unknown-key', { card: await podCardOf(other, schemas), schemas }],
      ['envelope.tampered', { card: await podCardOf(pod, schemas, { podId: other.id }), schemas }],
      ['envelope.tampered', { card: await podCardOf(pod, schemas, { keys: publicHalf(other.keys) }), schemas }],
      ['envelope.tampered', { card: good, schemas: [] }],
      ['envelope.tampered', { card: good, schemas: [{ ...schemas[0], description: 'another' }] }],
      ['envelope.tampered', { card: good, schemas: [schemaOf('whales')] }],
      ['envelope.expired', { card: await podCardOf(pod, schemas, { issuedAt: Date.now() + 3_600_000 }), schemas }],
    ];
    for (const [code, input] of refused) await expect(pod.call('pod:publish', input)).rejects.toMatchObject({ code });
    await pod.call('pod:publish', { card: good, schemas });
    const { body } = await custodian.call<{ schemas: unknown; card: string; datasets: string[] }>('GET', `/pods/${pod.id}`);
    expect(body).toMatchObject({ schemas, card: good, datasets: ['penguins'] });
    await pod.call('pod:publish', { card: await podCardOf(pod, []), schemas: [] });
    expect((await custodian.call('GET', `/pods/${pod.id}`)).body).toMatchObject({ schemas: [], datasets: [] });
    pod.close();
  });
});
