import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TaskProgress } from '@podnet/contracts';
import { Database } from '../database/database.ts';
import { makeLog } from '../log/log.ts';
import { readSettings } from '../settings.ts';
import { startHub } from '../start.ts';
import { connectPod, dialIn, enrolPod, verdictOf } from '../testing/fake-pod.ts';
import type { TestHub } from '../testing/hub.ts';
import { grantRole, makeModeller, submit, taskFor, watchAs } from '../testing/modeller.ts';
import { makeAdmin, makePerson, signIn } from '../testing/people.ts';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'podnet-restart-'));
  // Postgres runs as another user where the tests run as root, and has to get in.
  await chmod(home, 0o755);
});
afterAll(() => rm(home, { recursive: true, force: true }));

/** A hub on files that stay. */
async function start(): Promise<TestHub> {
  const settings = readSettings({ PODNET_HUB_HOME: home, PODNET_HUB_PORT: '0', PODNET_LOG_LEVEL: 'silent' });
  const announced: string[] = [];
  const hub = await startHub(settings, { log: makeLog(settings), announce: (text) => announced.push(text) });
  return { ...hub, database: hub.application.get(Database), logged: () => '', announced, home };
}

describe('a hub that starts again', () => {
  it('has lost nothing: pods, roles, tasks, leases, mail and results', async () => {
    let hub = await start();
    const admin = await makeAdmin(hub);
    const custodian = await makePerson(hub, admin, 'cora@example.org');
    const modeller = await makeModeller(hub, admin, 'mo@example.org');
    const [joined, absent] = [await enrolPod(hub, custodian, 'biscoe'), await enrolPod(hub, custodian, 'dream')];
    for (const pod of [joined, absent]) {
      await grantRole(custodian, pod, modeller);
      (await connectPod(hub, pod)).close();
    }
    const before = await connectPod(hub, joined);
    const request = await taskFor(modeller, [joined, absent]);
    const { body: task } = await submit(modeller, request, 'the-key');
    const of = (podId: string): string => task.assignments.find((assignment) => assignment.podId === podId)!.assignmentId;
    const assignmentId = of(joined.id);
    const { epoch } = (await before.claim(assignmentId))!;
    await before.call('pod:running', { assignmentId, epoch, verdict: await verdictOf(joined) });
    await hub.stop();

    hub = await start();
    const again = { ...modeller, ...(await signIn(hub, modeller)) };
    expect((await submit(again, request, 'the-key')).body.taskId).toBe(task.taskId);
    const watching = await watchAs(hub, again);
    await watching.call('task:watch', { taskId: task.taskId });
    const pod = await dialIn(hub, joined);
    // What ran, runs on: the lease is the pod's still, and frames pass before anything is said anew.
    const heard = new Promise((resolve) => watching.socket.once('task:frame', resolve));
    expect(await pod.call('pod:frame', { assignmentId, epoch, step: 4, body: new Uint8Array([7]) })).toEqual({ delivered: true });
    expect(await heard).toMatchObject({ taskId: task.taskId, step: 4 });
    expect(await pod.call('pod:hello', { version: '1', inflight: [{ assignmentId, epoch }] })).toMatchObject({ lost: [] });
    await pod.call('pod:report', { assignmentId, epoch, state: 'done', code: null, verdict: null, result: new Uint8Array([1]) });
    const late = await dialIn(hub, absent);
    await late.call('pod:hello', { version: '1', inflight: [] });
    expect(await late.pull()).toMatchObject([{ kind: 'assignment', body: { assignmentId: of(absent.id) } }]);
    const claimed = (await late.claim(of(absent.id)))!;
    expect(claimed.manifest).toBe(request.json.manifest);
    await late.call('pod:report', { assignmentId: of(absent.id), epoch: claimed.epoch, state: 'done', code: null, verdict: null, result: new Uint8Array([2]) });
    expect((await again.call<TaskProgress>('GET', `/tasks/${task.taskId}`)).body).toMatchObject({ state: 'completed', code: null });
    expect((await again.call<{ results: unknown[] }>('GET', `/tasks/${task.taskId}/results`)).body.results).toHaveLength(2);
    const adminAgain = await signIn(hub, admin);
    expect((await adminAgain.call('GET', '/audit/verify')).body).toMatchObject({ ok: true });
    for (const { close } of [pod, late, watching]) close();
    await hub.stop();
  });
});
