import type { AssignmentProgress, TaskProgress } from '@podnet/contracts';
import type { Body, ModellerEvent, ModellerMachine, Outcome } from '@podnet/elements';
import { decodeBase64url, deriveChannel, encodeBase64url } from '@podnet/envelope';
import { Fault } from '@podnet/errors';
import type { HubSocket, TaskListener } from '../client/hub-socket.ts';
import type { TaskPlan } from './plan.ts';
import type { ResultReader } from './result.ts';
import { runTask } from './run.ts';

const taskId = 'tsk_01hzzzzzzzzzzzzzzzzzzzzzzz';
const channelKey = encodeBase64url(new Uint8Array(32).fill(7));
const plan = { taskId, pods: [{ payload: { taskId, podId: 'pod_a', channelKey } }] } as unknown as TaskPlan;
const forged = async (): Promise<never> => {
  throw new Fault('envelope.bad-signature');
};

/** A task whose machine notes what it hears, and finishes when the pod has ended. */
async function drive(assignment: Partial<AssignmentProgress>, { results = {}, waitForReview, then }: { results?: Partial<ResultReader>; waitForReview?: boolean; then?: (listener: TaskListener, task: TaskProgress) => Promise<void> } = {}) {
  const heard: ModellerEvent[] = [];
  const verdicts: unknown[] = [];
  const machine = {
    start: () => ({ state: null, effects: [] }),
    step: (_: unknown, event: ModellerEvent) => (heard.push(event), { state: null, effects: event.type === 'pod-ended' || event.type === 'frame' ? [{ type: 'finish', outcome: {} }] : [] }),
    save: () => ({ json: null, arrays: {} }),
    position: () => 0,
  } as unknown as ModellerMachine;
  const task = { taskId, state: 'open', code: null, assignments: [{ assignmentId: 'asg_a', podId: 'pod_a', state: 'running', code: null, epoch: 1, online: true, verdict: null, hasResult: false, ...assignment }] } as unknown as TaskProgress;
  const socket = {
    call: async () => ({ undelivered: [] }),
    watch: async (_: string, listener: TaskListener) => {
      void then?.(listener, task);
      return { task, stop: () => undefined };
    },
  } as unknown as HubSocket;
  const outcome: Promise<Outcome> = runTask({
    plan, machine, socket, ...(waitForReview === undefined ? {} : { waitForReview }),
    results: { open: async () => ({ json: 1, arrays: {} }) as Body, verdict: async () => ({ decision: 'permit' }) as never, ...results },
    checkpoints: { saveNow: async () => undefined, saveSoon: () => undefined },
    cancel: async () => undefined, drop: async () => undefined, reload: async () => undefined,
    onEvent: (event) => event.type === 'verdict' && verdicts.push(event.verdict),
  });
  await outcome;
  return { heard, verdicts };
}

describe('a pod that lies to its modeller', () => {
  it('with a verdict that it has not signed has said nothing, and the task goes on', async () => {
    const { heard, verdicts } = await drive({ state: 'done', verdict: 'a.b.c' }, { results: { verdict: forged } });
    expect(verdicts).toEqual([]);
    expect(heard).toMatchObject([{ type: 'pod-ended', state: 'done', body: { json: 1 } }]);
  });

  it('with a result that is not its own has failed, and the others go on', async () => {
    const { heard } = await drive({ state: 'done' }, { results: { open: forged } });
    expect(heard).toMatchObject([{ type: 'pod-ended', podId: 'pod_a', state: 'failed', code: 'envelope.tampered', body: null }]);
  });

  it('with an answer that cannot be read has given an empty one', async () => {
    const channel = await deriveChannel(decodeBase64url(channelKey), { taskId, podId: 'pod_a' });
    const body = await channel.seal('to-modeller', 1, new Uint8Array([1, 2, 3]));
    const { heard } = await drive({}, { then: async (listener) => void setTimeout(() => listener.frame({ taskId, assignmentId: 'asg_a', epoch: 1, step: 1, body }), 0) });
    expect(heard.at(-1)).toMatchObject({ type: 'frame', podId: 'pod_a', body: { json: null } });
  });
});

describe('a pod that asks its custodian', () => {
  const decisions: Record<string, string> = { first: 'permit', asked: 'review', answered: 'deny' };
  const results: Partial<ResultReader> = { verdict: async (_, jws) => ({ decision: decisions[jws] }) as never };
  const move = (listener: TaskListener, task: TaskProgress, change: Partial<AssignmentProgress>): void => listener.progress({ ...task, assignments: [{ ...task.assignments[0]!, ...change }] });

  it('is heard each time that it says something else', async () => {
    const { verdicts } = await drive({ verdict: 'first' }, {
      results,
      then: async (listener, task) => {
        await new Promise((resolve) => setTimeout(resolve, 0));
        for (const verdict of ['first', 'asked', 'asked']) move(listener, task, { verdict });
        move(listener, task, { verdict: 'answered', state: 'denied' });
      },
    });
    expect(verdicts).toEqual([{ decision: 'permit' }, { decision: 'review' }, { decision: 'deny' }]);
  });

  it('is waited for, or left with a code when nobody wants to wait', async () => {
    await expect(drive({ verdict: 'asked' }, { results, waitForReview: false })).rejects.toMatchObject({ code: 'policy.review', exit: 6, details: { verdicts: [{ decision: 'review' }] } });
  });
});
