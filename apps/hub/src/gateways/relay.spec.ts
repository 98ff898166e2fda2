import { connectPod, dialIn, enrolPod, verdictOf, type FakePod } from '../testing/fake-pod.ts';
import { startTestHub, type TestHub } from '../testing/hub.ts';
import { grantRole, makeModeller, submitted, watchAs, type Modeller, type Watching } from '../testing/modeller.ts';
import { makeAdmin, makePerson, type Person } from '../testing/people.ts';

let hub: TestHub;
let admin: Person;
let custodian: Person;
let modeller: Modeller;
let other: Modeller;
let pod: FakePod;
let secondPod: FakePod;
let watching: Watching;
let nosy: Watching;

beforeAll(async () => {
  hub = await startTestHub();
  admin = await makeAdmin(hub);
  custodian = await makePerson(hub, admin, 'cora@example.org');
  modeller = await makeModeller(hub, admin, 'mo@example.org');
  other = await makeModeller(hub, admin, 'other@example.org');
  pod = await connectPod(hub, await enrolPod(hub, custodian, 'biscoe'));
  secondPod = await connectPod(hub, await enrolPod(hub, custodian, 'dream'));
  for (const at of [pod, secondPod]) {
    await grantRole(custodian, at, modeller);
    await grantRole(custodian, at, other);
  }
  watching = await watchAs(hub, modeller);
  nosy = await watchAs(hub, other);
});
afterAll(() => hub.stop());

interface Frame {
  taskId?: string;
  assignmentId: string;
  epoch?: number;
  step: number;
  body: Uint8Array;
}

async function running(at: FakePod[] = [pod]): Promise<{ taskId: string; of(pod: FakePod): { assignmentId: string; epoch: number } }> {
  const { taskId, assignments } = await submitted(modeller, at);
  const leases = new Map<string, { assignmentId: string; epoch: number }>();
  for (const one of at) {
    const { assignmentId } = assignments.find(({ podId }) => podId === one.id)!;
    const { epoch } = (await one.claim(assignmentId))!;
    await one.call('pod:running', { assignmentId, epoch, verdict: await verdictOf(one) });
    leases.set(one.id, { assignmentId, epoch });
  }
  return { taskId, of: (one) => leases.get(one.id)! };
}

/** A pod that takes what it is sent. */
function taking(at: FakePod, taken = true): Frame[] {
  const frames: Frame[] = [];
  at.socket.off('pod:frame');
  at.socket.on('pod:frame', (frame: Frame, answer: (reply: unknown) => void) => {
    frames.push(frame);
    answer({ ok: true, data: { taken } });
  });
  return frames;
}

function hearing(on: Watching): Frame[] {
  const frames: Frame[] = [];
  on.socket.off('task:frame');
  on.socket.on('task:frame', (frame: Frame) => frames.push(frame));
  return frames;
}

const body = (bytes: number, value = 7): Uint8Array => new Uint8Array(bytes).fill(value);

describe('frames to pods', () => {
  it('reach the pods of the task, byte for byte', async () => {
    const { taskId, of } = await running([pod, secondPod]);
    const [first, second] = [taking(pod), taking(secondPod)];
    const answer = await watching.call('task:frames', { taskId, step: 3, frames: [{ assignmentId: of(pod).assignmentId, body: body(88_000, 1) }, { assignmentId: of(secondPod).assignmentId, body: body(10, 2) }] });
    expect(answer).toEqual({ undelivered: [] });
    expect(first.map(({ step, body: got }) => [step, got.byteLength, got[0]])).toEqual([[3, 88_000, 1]]);
    expect(second.map(({ assignmentId, step, body: got }) => [assignmentId, step, [...got]])).toEqual([[of(secondPod).assignmentId, 3, Array(10).fill(2)]]);
  });

  it('come only from the task’s owner, and only within the task', async () => {
    const { taskId, of } = await running();
    const [elsewhere, frames] = [await running(), taking(pod)];
    const { assignmentId } = of(pod);
    const send = (by: Watching, task: string) => by.call('task:frames', { taskId: task, step: 0, frames: [{ assignmentId, body: body(1) }] });
    expect(await send(nosy, taskId)).toEqual({ undelivered: [assignmentId] });
    expect(await send(watching, elsewhere.taskId)).toEqual({ undelivered: [assignmentId] });
    expect(frames).toEqual([]);
    expect(await send(watching, taskId)).toEqual({ undelivered: [] });
    expect(frames).toHaveLength(1);
  });

  it('are undelivered when the pod does not take them, is away, or does not run', async () => {
    const { taskId, of } = await running([pod, secondPod]);
    const both = [of(pod).assignmentId, of(secondPod).assignmentId];
    const send = () => watching.call<{ undelivered: string[] }>('task:frames', { taskId, step: 0, frames: both.map((assignmentId) => ({ assignmentId, body: body(1) })) });
    taking(pod, false);
    taking(secondPod);
    expect(await send()).toEqual({ undelivered: [both[0]] });
    taking(pod);
    const away = watching.until(taskId, ({ assignments }) => assignments.some(({ online }) => !online));
    secondPod.close();
    await away;
    expect(await send()).toEqual({ undelivered: [both[1]] });
    secondPod = await dialIn(hub, secondPod);
    await modeller.call('POST', `/tasks/${taskId}/cancel`);
    expect(await send()).toEqual({ undelivered: both });
  });
});

describe('frames from pods', () => {
  it('reach every socket of the owner that watches, and nobody else', async () => {
    const { taskId, of } = await running();
    const second = await watchAs(hub, modeller);
    for (const by of [watching, second]) await by.call('task:watch', { taskId });
    await expect(nosy.call('task:watch', { taskId })).rejects.toMatchObject({ code: 'access.not-found' });
    const [mine, mineToo, theirs] = [hearing(watching), hearing(second), hearing(nosy)];
    expect(await pod.call('pod:frame', { ...of(pod), step: 1, body: body(88_000, 9) })).toEqual({ delivered: true });
    await second.call('task:unwatch', { taskId });
    await watching.call('task:watch', { taskId });
    expect(mine.map(({ taskId: task, assignmentId, epoch, step, body: got }) => [task, assignmentId, epoch, step, got.byteLength])).toEqual([[taskId, of(pod).assignmentId, 1, 1, 88_000]]);
    expect(mineToo).toHaveLength(1);
    expect(theirs).toEqual([]);
    await pod.call('pod:frame', { ...of(pod), step: 2, body: body(1) });
    await watching.call('task:watch', { taskId });
    expect([mine.length, mineToo.length]).toEqual([2, 1]);
    second.close();
  });

  it('are not delivered when nobody watches', async () => {
    const { of } = await running();
    expect(await pod.call('pod:frame', { ...of(pod), step: 1, body: body(1) })).toEqual({ delivered: false });
  });

  it('are refused under an epoch that has passed, from another pod, and when nothing runs', async () => {
    const { taskId, of } = await running();
    await watching.call('task:watch', { taskId });
    const heard = hearing(watching);
    const { assignmentId, epoch } = of(pod);
    const stale = { code: 'lease.stale' };
    await expect(secondPod.call('pod:frame', { assignmentId, epoch, step: 1, body: body(1) })).rejects.toMatchObject(stale);
    await expect(pod.call('pod:frame', { assignmentId, epoch: epoch + 1, step: 1, body: body(1) })).rejects.toMatchObject(stale);
    const next = (await pod.claim(assignmentId))!.epoch;
    await expect(pod.call('pod:frame', { assignmentId, epoch, step: 1, body: body(1) })).rejects.toMatchObject(stale);
    await expect(pod.call('pod:frame', { assignmentId, epoch: next, step: 1, body: body(1) })).rejects.toMatchObject(stale);
    await pod.call('pod:running', { assignmentId, epoch: next, verdict: await verdictOf(pod) });
    expect(await pod.call('pod:frame', { assignmentId, epoch: next, step: 1, body: body(1) })).toEqual({ delivered: true });
    await pod.call('pod:report', { assignmentId, epoch: next, state: 'done', code: null, verdict: null, result: body(3) });
    await expect(pod.call('pod:frame', { assignmentId, epoch: next, step: 2, body: body(1) })).rejects.toMatchObject(stale);
    await watching.call('task:watch', { taskId });
    expect(heard).toHaveLength(1);
  });

  it('are stored nowhere', async () => {
    const { taskId, of } = await running();
    await watching.call('task:watch', { taskId });
    const secret = 'canary-of-a-frame';
    await pod.call('pod:frame', { ...of(pod), step: 1, body: new TextEncoder().encode(secret) });
    const tables = await hub.database.client.$queryRaw<{ text: string }[]>`select query_to_xml('select * from "Assignment"', true, false, '')::text || query_to_xml('select * from "Mail"', true, false, '')::text || query_to_xml('select * from "AuditEntry"', true, false, '')::text as "text"`;
    expect(tables[0]!.text).toContain(taskId);
    expect(tables[0]!.text + hub.logged()).not.toContain(secret);
  });
});

describe('many frames', () => {
  it('pass while the database answers nothing', async () => {
    const { taskId, of } = await running([pod, secondPod]);
    await watching.call('task:watch', { taskId });
    const answerBack = (at: FakePod): void => {
      at.socket.off('pod:frame');
      at.socket.on('pod:frame', (frame: Frame, answer: (reply: unknown) => void) => {
        answer({ ok: true, data: { taken: true } });
        at.socket.emit('pod:frame', { ...of(at), step: frame.step, body: frame.body });
      });
    };
    answerBack(pod);
    answerBack(secondPod);
    const rounds = 50;
    const frame = body(88_000);
    const round = async (step: number): Promise<void> => {
      let missing = 2;
      const back = new Promise<void>((resolve) => {
        watching.socket.off('task:frame');
        watching.socket.on('task:frame', () => (missing -= 1) === 0 && resolve());
      });
      watching.socket.emit('task:frames', { taskId, step, frames: [pod, secondPod].map((at) => ({ assignmentId: of(at).assignmentId, body: frame })) });
      await back;
    };
    // Whoever asked the database about a task now would wait until the frames have passed.
    await hub.database.client.$transaction(
      async (tx) => {
        await tx.$executeRaw`lock table "Task", "Assignment", "Pod", "Account", "Grant" in access exclusive mode`;
        for (let step = 1; step <= rounds; step++) await round(step);
      },
      { timeout: 20_000 },
    );
  });
});
