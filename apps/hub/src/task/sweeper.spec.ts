import type { TaskProgress } from '@podnet/contracts';
import { connectPod, enrolPod, verdictOf, type FakePod } from '../testing/fake-pod.ts';
import { startTestHub, type TestHub } from '../testing/hub.ts';
import { grantRole, makeModeller, submitted, type Modeller, type TaskChanges } from '../testing/modeller.ts';
import { makeAdmin, makePerson, type Person } from '../testing/people.ts';
import { Lifecycle } from './lifecycle.ts';
import { Sweeper } from './sweeper.ts';

let hub: TestHub;
let admin: Person;
let custodian: Person;
let modeller: Modeller;
let pod: FakePod;
let sweeper: Sweeper;
let names = 0;

/** A hub that has been up for long. */
const long = 3_600_000;

beforeAll(async () => {
  hub = await startTestHub();
  admin = await makeAdmin(hub);
  custodian = await makePerson(hub, admin, 'cora@example.org');
  modeller = await makeModeller(hub, admin, 'mo@example.org');
  pod = await connectPod(hub, await enrolPod(hub, custodian, 'biscoe'));
  await grantRole(custodian, pod, modeller);
  sweeper = hub.application.get(Sweeper, { strict: false });
  // This spec sweeps by itself.
  await sweeper.onApplicationShutdown();
});
afterAll(() => hub.stop());

const show = async (taskId: string): Promise<TaskProgress> => (await modeller.call<TaskProgress>('GET', `/tasks/${taskId}`)).body;
const past = new Date(Date.now() - 3_600_000);

async function absentPod(): Promise<FakePod> {
  const absent = await connectPod(hub, await enrolPod(hub, custodian, `absent-${(names += 1)}`));
  await grantRole(custodian, absent, modeller);
  return absent;
}

async function claimed(at: FakePod, changes: TaskChanges = {}): Promise<{ taskId: string; assignmentId: string; epoch: number }> {
  const { taskId, assignments } = await submitted(modeller, [at], changes);
  const { assignmentId } = assignments[0]!;
  const { epoch } = (await at.claim(assignmentId))!;
  await at.call('pod:running', { assignmentId, epoch, verdict: await verdictOf(at) });
  await at.pull((await at.pull()).map(({ seq }) => seq));
  return { taskId, assignmentId, epoch };
}

const endLease = (assignmentId: string): Promise<unknown> => hub.database.client.assignment.updateMany({ where: { id: assignmentId }, data: { leaseUntil: past } });
/** The pod has been away for long. */
async function goneForLong(at: FakePod, assignmentId: string): Promise<void> {
  const gone = new Promise((resolve) => at.socket.once('disconnect', resolve));
  at.close();
  await gone;
  const online = async (): Promise<boolean> => (await custodian.call<{ online: boolean }>('GET', `/pods/${at.id}`)).body.online;
  while (await online());
  // What the hub notes at the disconnect must be over before the past is written.
  await hub.database.client.$executeRaw`select pg_sleep(0.05)`;
  await hub.database.client.pod.updateMany({ where: { id: at.id }, data: { lastSeenAt: past } });
  await hub.database.client.assignment.updateMany({ where: { id: assignmentId }, data: { createdAt: past } });
}

describe('a lease that has ended', () => {
  it('makes its assignment one to be taken again, and the pod is told', async () => {
    const { taskId, assignmentId, epoch } = await claimed(pod);
    await endLease(assignmentId);
    const hinted = pod.hinted();
    await sweeper.sweep(long);
    await hinted;
    expect(await show(taskId)).toMatchObject({ state: 'open', assignments: [{ state: 'queued', epoch }] });
    expect(await pod.pull()).toMatchObject([{ kind: 'assignment', body: { assignmentId } }]);
    expect((await pod.claim(assignmentId))!.epoch).toBe(epoch + 1);
  });

  it('is left alone by a hub that has just started: it was the hub that was away', async () => {
    const { taskId, assignmentId } = await claimed(pod);
    await endLease(assignmentId);
    await sweeper.sweep(14_000);
    expect(await show(taskId)).toMatchObject({ assignments: [{ state: 'running' }] });
    await sweeper.sweep(15_001);
    expect(await show(taskId)).toMatchObject({ assignments: [{ state: 'queued' }] });
  });

  it('is no lease that lives', async () => {
    const { taskId } = await claimed(pod);
    await sweeper.sweep(long);
    expect(await show(taskId)).toMatchObject({ assignments: [{ state: 'running' }] });
  });
});

describe('a pod that stays away', () => {
  const rows: ['wait' | 'drop' | 'fail', string, string][] = [
    ['wait', 'open', 'queued'],
    ['drop', 'failed', 'lost'],
    ['fail', 'failed', 'lost'],
  ];
  it.each(rows)('with %s leaves a task over one pod %s', async (onPodLoss, state, assignment) => {
    const absent = await absentPod();
    const { taskId, assignmentId } = await claimed(absent, { limits: { onPodLoss } });
    await endLease(assignmentId);
    await goneForLong(absent, assignmentId);
    await sweeper.sweep(long);
    expect(await show(taskId)).toMatchObject({ state, assignments: [{ state: assignment }] });
  });

  it('is dropped from a task that can do without it', async () => {
    const absent = await absentPod();
    const task = await submitted(modeller, [absent, pod], { limits: { onPodLoss: 'drop', minPods: 1 } });
    const of = (at: FakePod): string => task.assignments.find(({ podId }) => podId === at.id)!.assignmentId;
    await goneForLong(absent, of(absent));
    await sweeper.sweep(long);
    expect((await show(task.taskId)).assignments.find(({ podId }) => podId === absent.id)).toMatchObject({ state: 'lost', code: 'task.pod-lost' });
    const { epoch } = (await pod.claim(of(pod)))!;
    await pod.call('pod:report', { assignmentId: of(pod), epoch, state: 'done', code: null, verdict: null, result: new Uint8Array(3) });
    expect(await show(task.taskId)).toMatchObject({ state: 'completed', code: 'task.partial' });
  });

  it('has a while to come back', async () => {
    const absent = await absentPod();
    const { taskId, assignmentId } = await claimed(absent, { limits: { onPodLoss: 'drop' } });
    await endLease(assignmentId);
    await goneForLong(absent, assignmentId);
    await hub.database.client.pod.updateMany({ where: { id: absent.id }, data: { lastSeenAt: new Date(Date.now() - 15_000) } });
    await sweeper.sweep(long);
    expect(await show(taskId)).toMatchObject({ state: 'open', assignments: [{ state: 'queued' }] });
  });

  it('is not one that is here and busy', async () => {
    const { taskId, assignments } = await submitted(modeller, [pod], { limits: { onPodLoss: 'fail' } });
    await hub.database.client.assignment.updateMany({ where: { id: assignments[0]!.assignmentId }, data: { createdAt: past } });
    await hub.database.client.pod.updateMany({ where: { id: pod.id }, data: { lastSeenAt: past } });
    await sweeper.sweep(long);
    expect(await show(taskId)).toMatchObject({ state: 'open' });
  });
});

describe('time', () => {
  it('ends a task at its deadline, and stops its pods', async () => {
    const { taskId, assignmentId } = await claimed(pod);
    await hub.database.client.task.updateMany({ where: { id: taskId }, data: { deadlineAt: past } });
    const hinted = pod.hinted();
    await sweeper.sweep(long);
    await hinted;
    expect(await show(taskId)).toMatchObject({ state: 'expired', code: 'task.deadline', assignments: [{ state: 'cancelled', code: 'task.deadline' }] });
    expect(await pod.pull()).toContainEqual(expect.objectContaining({ kind: 'cancel', body: { assignmentId, code: 'task.deadline' } }));
  });

  it('ends a grant at its end, and what runs under it', async () => {
    const brief = await makeModeller(hub, admin, 'brief@example.org');
    const grant = await grantRole(custodian, pod, brief, 'super-modeller', { endsAt: new Date(Date.now() + 3_600_000).toISOString() });
    const { taskId } = await submitted(brief, [pod]);
    await sweeper.sweep(long);
    expect((await brief.call('GET', `/tasks/${taskId}`)).body).toMatchObject({ state: 'open' });
    await hub.database.client.grant.updateMany({ where: { id: grant.id }, data: { startsAt: new Date(0), endsAt: past } });
    await sweeper.sweep(long);
    expect((await brief.call('GET', `/tasks/${taskId}`)).body).toMatchObject({ state: 'failed', code: 'policy.grant-expired', assignments: [{ state: 'cancelled', code: 'policy.grant-expired' }] });
  });
});

describe('a task that one pod denied', () => {
  it('hears the others for a moment, and then lets go of them', async () => {
    const absent = await absentPod();
    const task = await submitted(modeller, [pod, absent]);
    const of = (at: FakePod): string => task.assignments.find(({ podId }) => podId === at.id)!.assignmentId;
    const { epoch } = (await pod.claim(of(pod)))!;
    await pod.call('pod:report', { assignmentId: of(pod), epoch, state: 'denied', code: 'policy.denied', verdict: null, result: null });
    const stateOf = async (at: FakePod): Promise<string> => (await show(task.taskId)).assignments.find(({ podId }) => podId === at.id)!.state;
    await sweeper.sweep(long);
    expect([(await show(task.taskId)).state, await stateOf(absent)]).toEqual(['failed', 'queued']);
    await hub.database.client.task.updateMany({ where: { id: task.taskId }, data: { endedAt: past } });
    await sweeper.sweep(long);
    expect(await stateOf(absent)).toBe('cancelled');
    expect(await absent.pull()).toContainEqual(expect.objectContaining({ kind: 'cancel', body: { assignmentId: of(absent), code: expect.any(String) } }));
    absent.close();
  });
});

describe('sweeping', () => {
  it('settles a task whose hub died just after its last assignment ended', async () => {
    const { taskId, assignmentId } = await claimed(pod);
    await hub.database.client.assignment.updateMany({ where: { id: assignmentId }, data: { state: 'done', endedAt: new Date(), leaseUntil: null } });
    for (let i = 0; i < 20; i++) await sweeper.sweep(long);
    expect(await show(taskId)).toMatchObject({ state: 'completed' });
  });

  it('is done by one hub at a time', async () => {
    await hub.database.client.$transaction(async (tx) => {
      await tx.$queryRaw`select pg_advisory_xact_lock(${1_886_350_451n})::text`;
      expect(await sweeper.sweep(long)).toBe(false);
    });
    expect(await sweeper.sweep(long)).toBe(true);
  });
});

describe('a state', () => {
  const moves: [string, string, boolean][] = [
    ['queued', 'lost', true],
    ['queued', 'running', false],
    ['queued', 'done', false],
    ['done', 'queued', false],
    ['done', 'cancelled', false],
    ['cancelled', 'leased', false],
    ['lost', 'queued', false],
  ];
  it.each(moves)('%s to %s: %s', async (from, to, allowed) => {
    const { Prisma } = await import('../generated/prisma/client.ts');
    const { assignments } = await submitted(modeller, [pod]);
    const { assignmentId } = assignments[0]!;
    await hub.database.client.assignment.updateMany({ where: { id: assignmentId }, data: { state: from } });
    const audited = (): Promise<number> => hub.database.client.auditEntry.count({ where: { subject: assignmentId } });
    const moved = await hub.application.get(Lifecycle, { strict: false }).move({ to: to as 'done', where: Prisma.sql`a."id" = ${assignmentId}`, by: { actor: 'hub', actorId: 'hub' } });
    expect([moved.length, await audited()]).toEqual(allowed ? [1, 1] : [0, 0]);
    expect((await hub.database.client.assignment.findUniqueOrThrow({ where: { id: assignmentId } })).state).toBe(allowed ? to : from);
  });
});
