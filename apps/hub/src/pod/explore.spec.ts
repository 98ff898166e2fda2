import { connectPod, enrolPod, type FakePod } from '../testing/fake-pod.ts';
import { startTestHub, type TestHub } from '../testing/hub.ts';
import { grantRole, submit, taskFor, withDevice } from '../testing/modeller.ts';
import { makeAdmin, makePerson, type Person } from '../testing/people.ts';

let hub: TestHub;
let admin: Person;
let custodian: Person;
let holder: Person;
let stranger: Person;
let pod: FakePod;

interface Summary {
  id: string;
  yourRole: string | null;
  datasets: string[];
  online: boolean;
}

beforeAll(async () => {
  hub = await startTestHub();
  admin = await makeAdmin(hub);
  custodian = await makePerson(hub, admin, 'cora@example.org');
  holder = await makePerson(hub, admin, 'hal@example.org');
  stranger = await makePerson(hub, admin, 'sam@example.org');
  pod = await connectPod(hub, await enrolPod(hub, custodian, 'biscoe'), ['penguins', 'whales']);
});
afterAll(() => hub.stop());

const listed = async (person: Person): Promise<Summary | undefined> => (await person.call<{ pods: Summary[] }>('GET', '/pods')).body.pods.find(({ id }) => id === pod.id);

describe('Explore', () => {
  it('shows a pod to its custodian and to admins', async () => {
    expect(await listed(custodian)).toMatchObject({ yourRole: 'custodian', online: true, datasets: ['penguins', 'whales'] });
    expect(await listed(admin)).toMatchObject({ yourRole: 'admin' });
    expect((await admin.call<{ schemas: unknown[] }>('GET', `/pods/${pod.id}`)).body.schemas).toHaveLength(2);
  });

  it('tells a stranger exactly what it tells of a pod that never was', async () => {
    expect(await listed(stranger)).toBeUndefined();
    const never = `pod_${'0'.repeat(26)}`;
    const answers = async (id: string): Promise<string[]> => {
      const asked = await withDevice(stranger);
      return Promise.all([
        stranger.call('GET', `/pods/${id}`),
        stranger.call('DELETE', `/pods/${id}`),
        stranger.call('POST', `/pods/${id}/confirm`, { json: { fingerprint: 'AAAA' } }),
        stranger.call('POST', `/pods/${id}/join-code`),
        stranger.call('POST', '/grants', { json: { podId: id, email: stranger.email, role: 'viewer', reason: 'curious' } }),
        submit(asked, await taskFor(asked, [{ id }])),
        submit(asked, { json: { ...(await taskFor(asked, [{ id }])).json, courtesy: 'forward' } }),
        asked.call('POST', '/can-i', { json: (await taskFor(asked, [{ id }])).json }),
      ].map(async (reply) => `${(await reply).status} ${(await reply).text}`));
    };
    const [real, unreal] = [await answers(pod.id), await answers(never)];
    expect(real).toEqual(unreal);
    expect(real.every((text) => text.startsWith('404') && text.includes('access.not-found'))).toBe(true);
  });

  it('shows a pod to a Viewer from the grant on, and no longer once it has ended', async () => {
    const { id } = await grantRole(custodian, pod, holder, 'viewer');
    expect(await listed(holder)).toMatchObject({ yourRole: 'viewer', datasets: ['penguins', 'whales'] });
    await custodian.call('DELETE', `/grants/${id}`);
    expect(await listed(holder)).toBeUndefined();
    expect((await holder.call('GET', `/pods/${pod.id}`)).fault.code).toBe('access.not-found');
  });

  it('does not show a pod before a grant begins', async () => {
    const { id } = await grantRole(custodian, pod, holder, 'viewer', { startsAt: new Date(Date.now() + 3_600_000).toISOString() });
    expect(await listed(holder)).toBeUndefined();
    await custodian.call('DELETE', `/grants/${id}`);
  });

  it('shows only the dataset that a grant is on', async () => {
    const { id } = await grantRole(custodian, pod, holder, 'general-modeller', { dataset: 'whales' });
    expect(await listed(holder)).toMatchObject({ yourRole: 'general-modeller', datasets: ['whales'] });
    expect((await holder.call<{ schemas: { dataset: string }[] }>('GET', `/pods/${pod.id}`)).body.schemas.map(({ dataset }) => dataset)).toEqual(['whales']);
    const asked = await withDevice(holder);
    expect((await submit(asked, await taskFor(asked, [pod], { dataset: 'penguins' }))).fault).toMatchObject({ code: 'dataset.unknown', at: 'pods[0]' });
    await custodian.call('DELETE', `/grants/${id}`);
  });

  it('says when a pod is gone, and when it was seen last', async () => {
    const brief = await connectPod(hub, await enrolPod(hub, custodian, 'brief'));
    const show = async () => (await custodian.call<{ online: boolean; lastSeenAt: string | null }>('GET', `/pods/${brief.id}`)).body;
    expect(await show()).toMatchObject({ online: true });
    brief.close();
    for (let tries = 0; (await show()).online && tries < 100; tries++) await new Promise((resolve) => setImmediate(resolve));
    const { online, lastSeenAt } = await show();
    expect(online).toBe(false);
    expect(Date.now() - Date.parse(lastSeenAt!)).toBeLessThan(60_000);
  });
});
