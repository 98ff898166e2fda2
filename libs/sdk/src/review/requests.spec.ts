import { makeId, sealContext, type TaskPayload, type TaskProgress } from '@podnet/contracts';
import { encodeBase64url, makeKeys, sealToSelf } from '@podnet/envelope';
import type { Session } from '../client/session.ts';
import { memoryStore } from '../client/store.ts';
import { foldPlan } from '../task/folded-plan.ts';
import type { TaskPlan } from '../task/plan.ts';
import { readTask, type TaskFile } from '../task/task-file.ts';
import { requestCalls } from './requests.ts';

const taskId = makeId('task');
const pods = ['north', 'south'].map((name, i) => ({ name, id: makeId('pod', 1_700_000_000_000 + i), assignmentId: makeId('assignment') }));
const requestId = makeId('request');
const deadline = 1_700_000_100_000;

const payloadOf = (podIndex: number): TaskPayload => ({
  v: 1, taskId, userId: makeId('account'), podId: pods[podIndex]!.id, dataset: `data-${podIndex}`, label: 'ages',
  protocol: { name: 'results-only', version: 1, params: {} }, algorithm: { name: 'column-average', version: 1, params: { columns: ['age'] } },
  model: null, privacy: null, secureAggregation: false, limits: { deadlineAt: deadline, minPods: 2, onPodLoss: 'drop' }, podIndex, podCount: 2, channelKey: encodeBase64url(new Uint8Array(32)),
});

const plan: TaskPlan = {
  taskId,
  pods: pods.map(({ name }, i) => ({ podName: name, signing: { kty: 'OKP', crv: 'Ed25519', x: encodeBase64url(new Uint8Array(32)) }, payload: payloadOf(i), schema: { dataset: `data-${i}`, version: '1', columns: [{ name: 'age', kind: 'number' }], parts: ['train'] } })),
};

/** A modeller whose task has ended like this. */
async function modeller(...states: string[]) {
  const keys = await makeKeys();
  const store = memoryStore();
  await store.save('device', { id: 'dev_1', name: 'laptop', keys });
  const calls: [string, unknown][] = [];
  const submitted: unknown[][] = [];
  const checkpoint = new TextEncoder().encode(await sealToSelf({ keys, payload: { plan: foldPlan(plan), state: null }, context: sealContext.checkpoint(taskId) }));
  const call = async (name: string, input: unknown) => {
    calls.push([name, input]);
    switch (name) {
      case 'listPods':
        return { pods };
      case 'showTask':
        return { assignments: pods.map((pod, i) => ({ assignmentId: pod.assignmentId, podId: pod.id, podName: pod.name, state: states[i] })) } as unknown as TaskProgress;
      case 'loadCheckpoint':
        return checkpoint;
      default:
        return { id: requestId };
    }
  };
  const tasks = { submit: async (...given: unknown[]) => (submitted.push(given), { taskId: 'again' }) };
  return { calls, submitted, requests: requestCalls({ rest: { call } } as unknown as Session, store, tasks as never) };
}

describe('asking for the answer to a denied query', () => {
  it('asks the same of that pod alone, for as long as a task may wait, with the reason for nobody but the pod', async () => {
    const { requests, submitted, calls } = await modeller('done', 'denied');
    expect(await requests.query(taskId, { reason: 'Outliers before publication' })).toEqual({ request: { id: requestId }, task: { taskId: 'again' } });
    const [[task, options]] = submitted as [[TaskFile, object]];
    expect(readTask(task)).toMatchObject({
      label: 'ages', pods: [{ pod: pods[1]!.id, dataset: 'data-1' }], protocol: { name: 'results-only', version: 1 }, algorithm: { name: 'column-average', version: 1, columns: ['age'] }, limits: { deadline: '167h', onPodLoss: 'wait' },
    });
    expect(options).toEqual({ idempotencyKey: `request:${requestId}`, review: { requestId, reason: 'Outliers before publication' } });
    expect(calls.at(-1)).toEqual(['makeRequest', { body: { podId: pods[1]!.id, dataset: null, what: { kind: 'query', assignmentId: pods[1]!.assignmentId }, reason: null } }]);
    expect(JSON.stringify(calls)).not.toContain('Outliers');
  });

  it.each<[string, string[], string | undefined]>([
    ['when no pod has denied it', ['done', 'failed'], undefined],
    ['when several have, and none is named', ['denied', 'denied'], undefined],
    ['when the named one has not', ['denied', 'done'], 'south'],
  ])('is refused %s', async (_, states, pod) => {
    const { requests, submitted } = await modeller(...states);
    await expect(requests.query(taskId, { reason: 'r', ...(pod ? { pod } : {}) })).rejects.toMatchObject({ code: 'conflict.state' });
    expect(submitted).toEqual([]);
  });

  it('asks the one that is named', async () => {
    const { requests, submitted } = await modeller('denied', 'denied');
    await requests.query(taskId, { reason: 'r', pod: 'north' });
    expect(submitted[0]![0]).toMatchObject({ pods: [{ pod: pods[0]!.id }] });
  });
});

describe('asking for more', () => {
  it('names a pod that the modeller sees', async () => {
    const { requests, calls } = await modeller();
    await requests.role('north', 'general-modeller', { reason: 'Study 12', dataset: 'data-0' });
    await requests.extra('north', { element: 'sql-query' }, { reason: 'Study 12' });
    await requests.extra('north', { model: { reference: 'ada/net@1', hash: 'h'.repeat(43) } }, { reason: 'Study 12' });
    expect(calls.filter(([name]) => name === 'makeRequest').map(([, input]) => (input as { body: unknown }).body)).toEqual([
      { podId: pods[0]!.id, dataset: 'data-0', what: { kind: 'role', role: 'general-modeller' }, reason: 'Study 12' },
      { podId: pods[0]!.id, dataset: null, what: { kind: 'element', element: 'sql-query' }, reason: 'Study 12' },
      { podId: pods[0]!.id, dataset: null, what: { kind: 'model', reference: 'ada/net@1', hash: 'h'.repeat(43) }, reason: 'Study 12' },
    ]);
    await expect(requests.role('west', 'viewer', { reason: 'r' })).rejects.toMatchObject({ code: 'access.not-found' });
  });
});
