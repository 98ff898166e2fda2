import { jest } from '@jest/globals';
import { decodeBase64url, deriveChannel, encodeBase64url } from '@podnet/envelope';
import type { HubSocket } from '../client/hub-socket.ts';
import { makeFrameSender } from './frame-sender.ts';
import type { TaskPlan } from './plan.ts';

const taskId = 'tsk_01hzzzzzzzzzzzzzzzzzzzzzzz';
const key = encodeBase64url(new Uint8Array(32).fill(7));
const plan = { taskId, pods: ['pod_a', 'pod_b'].map((podId) => ({ payload: { taskId, podId, channelKey: key } })) } as unknown as TaskPlan;

type Sent = { step: number; frames: { assignmentId: string; body: Uint8Array }[] };

function fakeSocket(answer: (sent: Sent) => string[] | Error) {
  const sent: Sent[] = [];
  const socket = {
    call: async (_: string, input: Sent) => {
      sent.push(input);
      const undelivered = answer(input);
      if (undelivered instanceof Error) throw undelivered;
      return { undelivered };
    },
  } as unknown as HubSocket;
  return { sent, socket };
}

const settle = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};

describe('frames to pods', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('go out together, sealed for each pod, and are settled by its answer', async () => {
    const { sent, socket } = fakeSocket(() => []);
    const sender = makeFrameSender(plan, socket);
    sender.place('pod_a', 'asg_a');
    sender.place('pod_b', 'asg_b');
    await sender.send(['pod_a', 'pod_b'], 3, new Uint8Array([1, 2]));
    expect(sent).toHaveLength(1);
    expect(sent[0]!.frames.map((frame) => frame.assignmentId)).toEqual(['asg_a', 'asg_b']);
    const pod = await deriveChannel(decodeBase64url(key), { taskId, podId: 'pod_a' });
    expect([...(await pod.open('to-pod', 3, sent[0]!.frames[0]!.body))]).toEqual([1, 2]);
    expect(await sender.open('pod_a', 3, await pod.seal('to-modeller', 3, new Uint8Array([9])))).toEqual(new Uint8Array([9]));
    sender.settle('pod_b', 2);
    sender.settle('pod_a', 3);
    sender.again();
    // Only the pod that has not answered is asked again.
    expect(sent[1]!.frames.map((frame) => frame.assignmentId)).toEqual(['asg_b']);
    sender.stop();
  });

  it('go out ten at a time: a hub’s socket takes no more in one message', async () => {
    const podIds = Array.from({ length: 23 }, (_, i) => `pod_${i}`);
    const { sent, socket } = fakeSocket(({ frames }) => (sent.length === 3 ? [frames[0]!.assignmentId] : []));
    const many = { taskId, pods: podIds.map((podId) => ({ payload: { taskId, podId, channelKey: key } })) } as unknown as TaskPlan;
    const sender = makeFrameSender(many, socket);
    for (const podId of podIds) sender.place(podId, podId.replace('pod', 'asg'));
    await sender.send(podIds, 1, new Uint8Array([1]));
    await settle();
    expect(sent.map(({ frames }) => frames.length)).toEqual([10, 10, 3]);
    expect(new Set(sent.flatMap(({ frames }) => frames.map((frame) => frame.assignmentId))).size).toBe(23);
    jest.advanceTimersByTime(250);
    expect(sent.slice(3).map(({ frames }) => frames.map((frame) => frame.assignmentId))).toEqual([['asg_20']]);
    sender.stop();
  });

  it('are sent again to a pod that could not be reached, and not for ever after it has ended', async () => {
    let tries = 0;
    const { sent, socket } = fakeSocket(() => ((tries += 1) < 3 ? ['asg_a'] : []));
    const sender = makeFrameSender(plan, socket);
    sender.place('pod_a', 'asg_a');
    await sender.send(['pod_a'], 1, new Uint8Array([1]));
    await settle();
    jest.advanceTimersByTime(250);
    await settle();
    jest.advanceTimersByTime(250);
    await settle();
    expect(sent).toHaveLength(3);
    sender.forget('pod_a');
    jest.advanceTimersByTime(60_000);
    expect(sent).toHaveLength(3);
    sender.stop();
  });

  it('are sent again when the hub was away', async () => {
    let tries = 0;
    const { sent, socket } = fakeSocket(() => ((tries += 1) === 1 ? new Error('away') : []));
    const sender = makeFrameSender(plan, socket);
    sender.place('pod_a', 'asg_a');
    await sender.send(['pod_a'], 1, new Uint8Array([1]));
    await settle();
    jest.advanceTimersByTime(250);
    await settle();
    expect(sent).toHaveLength(2);
    sender.stop();
  });

  it('that somebody else made are not opened', async () => {
    const { socket } = fakeSocket(() => []);
    const sender = makeFrameSender(plan, socket);
    const other = await deriveChannel(new Uint8Array(32).fill(8), { taskId, podId: 'pod_a' });
    const pod = await deriveChannel(decodeBase64url(key), { taskId, podId: 'pod_a' });
    expect(await sender.open('pod_a', 1, await other.seal('to-modeller', 1, new Uint8Array([1])))).toBeUndefined();
    expect(await sender.open('pod_a', 2, await pod.seal('to-modeller', 1, new Uint8Array([1])))).toBeUndefined();
    expect(await sender.open('pod_b', 1, await pod.seal('to-modeller', 1, new Uint8Array([1])))).toBeUndefined();
    // What the modeller itself has sent does not come back as an answer.
    expect(await sender.open('pod_a', 1, await pod.seal('to-pod', 1, new Uint8Array([1])))).toBeUndefined();
    sender.stop();
  });
});
