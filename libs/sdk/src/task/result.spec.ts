import { typ } from '@podnet/contracts';
import { makeKeys, publicHalf, sign, type KeyPair } from '@podnet/envelope';
import type { Session } from '../client/session.ts';
import type { TaskPlan } from './plan.ts';
import { makeResultReader, type ResultReader } from './result.ts';

const taskId = 'tsk_01hzzzzzzzzzzzzzzzzzzzzzzz';
const podId = 'pod_01hzzzzzzzzzzzzzzzzzzzzzzz';
const assignmentId = 'asg_01hzzzzzzzzzzzzzzzzzzzzzzz';
let pod: KeyPair;
let reader: ResultReader;

beforeAll(async () => {
  pod = await makeKeys();
  const plan = { taskId, pods: [{ podName: 'north', signing: publicHalf(pod).signing, payload: { podId } }] } as unknown as TaskPlan;
  reader = makeResultReader({} as Session, await makeKeys(), plan);
});

const said = (change: object = {}, key: KeyPair = pod): Promise<string> => sign({ typ: typ.verdict, payload: { decision: 'permit', podId, taskId, assignmentId, ...change }, key: key.signing });

describe('a verdict', () => {
  it('of the pod on this assignment is read', async () => {
    expect(await reader.verdict(podId, await said(), assignmentId)).toMatchObject({ decision: 'permit' });
    expect(await reader.verdict(podId, await said({ assignmentId: null }), null)).toMatchObject({ decision: 'permit' });
  });

  it('of a pod that knows no role for the modeller names no task, and is read', async () => {
    expect(await reader.verdict(podId, await said({ taskId: null, decision: 'deny' }), assignmentId)).toMatchObject({ decision: 'deny' });
  });

  it.each<[string, () => Promise<string>, string | null, string]>([
    ['of a dry run for one on an assignment', () => said({ assignmentId: null }), assignmentId, 'envelope.tampered'],
    ['on an assignment for one of a dry run', () => said(), null, 'envelope.tampered'],
    ['on another assignment', () => said({ assignmentId: 'asg_01hzzzzzzzzzzzzzzzzzzzzzzy' }), assignmentId, 'envelope.tampered'],
    ['on another task', () => said({ taskId: 'tsk_01hzzzzzzzzzzzzzzzzzzzzzzy' }), assignmentId, 'envelope.tampered'],
    ['of another pod', () => said({ podId: 'pod_01hzzzzzzzzzzzzzzzzzzzzzzy' }), assignmentId, 'envelope.tampered'],
    ['that somebody else has signed', async () => said({}, await makeKeys()), assignmentId, 'envelope.unknown-key'],
  ])('%s is not taken', async (_, make, about, code) => {
    await expect(reader.verdict(podId, await make(), about)).rejects.toMatchObject({ code });
  });
});
