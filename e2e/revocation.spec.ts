import type { House, Person } from '@podnet/launch';
import { assign, cloudPods, cloudTask, temporaryHouse } from './temporary-house.ts';

let house: House;
let close: () => Promise<void>;
let custodian: Person;
let modeller: Person;

beforeAll(async () => {
  const opened = await temporaryHouse();
  ({ house, close } = opened);
  await house.admin();
  custodian = await house.person('custodian');
  modeller = await house.person('modeller');
  await cloudPods(house, opened.home, custodian, ['north', 'south']);
}, 120_000);
afterAll(() => close());

/** A task that would run for long, and the moment its rounds have begun. */
async function longTask(extra: object = {}): Promise<{ taskId: string; outcome: Promise<unknown> }> {
  const handle = await modeller.podnet.tasks.submit(cloudTask(['north', 'south'], 10_000, extra));
  const begun = Promise.withResolvers<void>();
  const outcome = handle.outcome({ onEvent: (event) => event.type === 'progress' && event.done >= 3 && begun.resolve() });
  outcome.catch(() => undefined);
  await begun.promise;
  return { taskId: handle.taskId, outcome };
}

describe('a grant that is revoked', () => {
  it('stops what runs under it within two seconds', async () => {
    await assign(custodian, modeller, 'general-modeller', ['north', 'south']);
    const { taskId, outcome } = await longTask();
    const [grant] = await custodian.podnet.grants.list({ email: modeller.email });
    const before = performance.now();
    await custodian.podnet.grants.revoke(grant!.id);
    await expect(outcome).rejects.toMatchObject({ name: 'Fault' });
    expect(performance.now() - before).toBeLessThan(2_000);
    expect((await modeller.podnet.tasks.show(taskId)).state).toBe('failed');
    // And nothing new runs under it.
    await expect(modeller.podnet.tasks.submit(cloudTask(['north', 'south'], 1))).rejects.toMatchObject({ name: 'Fault' });
  }, 60_000);
});

describe('a task', () => {
  it('is cancelled by its owner, and nobody else sees it', async () => {
    const grants = await custodian.podnet.grants.list({ email: modeller.email });
    for (const grant of grants.filter((each) => !each.revokedAt)) await custodian.podnet.grants.revoke(grant.id);
    await assign(custodian, modeller, 'general-modeller', ['north', 'south']);
    const { taskId, outcome } = await longTask();
    await expect(custodian.podnet.tasks.show(taskId)).rejects.toMatchObject({ code: 'access.not-found' });
    await expect(custodian.podnet.tasks.cancel(taskId)).rejects.toMatchObject({ code: 'access.not-found' });
    await modeller.podnet.tasks.cancel(taskId);
    await expect(outcome).rejects.toMatchObject({ code: 'task.cancelled' });
  }, 60_000);

  it('fails when a pod is lost, or goes on without it and says who contributed, as it was told', async () => {
    const failing = await longTask({ onPodLoss: 'fail' });
    const handle = await modeller.podnet.tasks.submit(cloudTask(['north', 'south'], 2_000, { onPodLoss: 'drop', minPods: 1 }));
    const begun = Promise.withResolvers<void>();
    const outcome = handle.outcome({ onEvent: (event) => event.type === 'progress' && event.done >= 5 && begun.resolve() });
    await begun.promise;
    await house.pods.get('south')!.running!.kill();
    await expect(failing.outcome).rejects.toMatchObject({ name: 'Fault' });
    expect((await modeller.podnet.tasks.show(failing.taskId)).state).toBe('failed');
    const { contributors, summary } = await outcome;
    expect(contributors).toHaveLength(1);
    expect((summary as { absent: { pod: string }[] }).absent).toMatchObject([{ pod: 'south' }]);
    await house.startPod('south');
  }, 90_000);

  it('ends at its deadline', async () => {
    await house.pods.get('south')!.running!.stop();
    const handle = await modeller.podnet.tasks.submit(cloudTask(['north', 'south'], 5, { deadline: '3s' }));
    await expect(handle.outcome()).rejects.toMatchObject({ code: 'task.deadline' });
    await house.startPod('south');
  }, 60_000);

  it('is submitted once, however often it is sent with one key', async () => {
    const task = cloudTask(['north', 'south'], 1);
    const first = await modeller.podnet.tasks.submit(task, { idempotencyKey: 'night-run-12' });
    const second = await modeller.podnet.tasks.submit(task, { idempotencyKey: 'night-run-12' });
    expect(second.taskId).toBe(first.taskId);
    await expect(modeller.podnet.tasks.submit(cloudTask(['north', 'south'], 2), { idempotencyKey: 'night-run-12' })).rejects.toMatchObject({ code: 'conflict.exists' });
    const { summary } = await second.outcome();
    // Whoever comes late, with the state of the beginning, ends in the same.
    expect((await first.outcome()).summary).toEqual(summary);
  }, 60_000);
});

describe('a task that crashes its runner three times', () => {
  it('is parked with a reason, and the pod serves on', async () => {
    const { killRunnersOf } = await import('./processes.ts');
    const { taskId, outcome } = await longTask({ deadline: '5m' });
    const pid = house.pods.get('north')!.running!.pid;
    const killing = setInterval(() => killRunnersOf(pid), 300);
    try {
      await expect(outcome).rejects.toMatchObject({ name: 'Fault' });
    } finally {
      clearInterval(killing);
    }
    const parked = (await modeller.podnet.tasks.show(taskId)).assignments.find((each) => each.podName === 'north');
    expect(parked).toMatchObject({ state: 'parked', code: 'runner.parked' });
    const next = await (await modeller.podnet.tasks.submit(cloudTask(['north', 'south'], 2))).outcome();
    expect(next.contributors).toHaveLength(2);
  }, 90_000);
});
