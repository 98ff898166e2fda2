import { sealContext, typ, type AssignmentProgress } from '@podnet/contracts';
import { encodeBase64url, makeKeys, packBody, publicHalf, seal, sealSigned, sign, type KeyPair } from '@podnet/envelope';
import type { Session } from '../client/session.ts';
import type { TaskPlan } from './plan.ts';
import { makeResultReader, type ResultReader } from './result.ts';

const taskId = 'tsk_01hzzzzzzzzzzzzzzzzzzzzzzz';
const podId = 'pod_01hzzzzzzzzzzzzzzzzzzzzzzz';
const assignmentId = 'asg_01hzzzzzzzzzzzzzzzzzzzzzzz';
let pod: KeyPair;
let me: KeyPair;
let reader: ResultReader;

beforeAll(async () => {
  pod = await makeKeys();
  me = await makeKeys();
  const plan = { taskId, pods: [{ podName: 'north', signing: publicHalf(pod).signing, payload: { podId } }] } as unknown as TaskPlan;
  reader = makeResultReader({} as Session, me, plan);
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

  const reasons = { checks: [{ id: 'query.aggregation', passed: false, says: 'Groups are too small.', at: '$.input', dataset: 'people' }, { id: 'query.columns', passed: false, says: 'A column is denied.', excused: true }], wouldPass: ['Larger groups.'] };
  const sealedTo = (reader: KeyPair, { about = assignmentId, content = JSON.stringify(reasons) } = {}): Promise<string> =>
    seal({ typ: typ.verdictDetails, plaintext: new TextEncoder().encode(content), to: publicHalf(reader).encryption, context: sealContext.verdict(taskId, podId, about) });
  const general = { decision: 'deny', checks: [{ id: 'query.policies', passed: false, says: 'No.' }], wouldPass: [] };

  it('gives its reasons to the device that asked, and to no other', async () => {
    expect(await reader.verdict(podId, await said({ ...general, details: await sealedTo(me) }), assignmentId)).toMatchObject({ ...reasons, decision: 'deny' });
    const elsewhere = await reader.verdict(podId, await said({ ...general, details: await sealedTo(await makeKeys()) }), assignmentId);
    expect(elsewhere).toMatchObject(general);
    expect(elsewhere).not.toHaveProperty('details');
  });

  it.each<[string, () => Promise<string>]>([
    ['of another assignment', () => sealedTo(me, { about: 'asg_01hzzzzzzzzzzzzzzzzzzzzzzy' })],
    ['of another form', () => sealedTo(me, { content: '{"checks":[1],"wouldPass":[]}' })],
    ['that are none', async () => 'a.b.c.d.e'],
  ])('is not taken with reasons %s', async (_, make) => {
    await expect(reader.verdict(podId, await said({ ...general, details: await make() }), assignmentId)).rejects.toMatchObject({ code: expect.stringMatching(/^envelope\./) as string });
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

describe('results of several pods', () => {
  const idOf = (letter: string): string => assignmentId.slice(0, -1) + letter;
  const assignment = (letter: string) => ({ assignmentId: idOf(letter), podId, dataset: 'records' }) as AssignmentProgress;

  async function hubWith(letters: string[]) {
    const me = await makeKeys();
    const ref = { name: 'x', version: 1 };
    const sealed = async (letter: string) => {
      const payload = { v: 1, taskId, podId, assignmentId: idOf(letter), dataset: 'records', datasetVersion: '1', protocol: ref, algorithm: ref, model: null, endedAt: 1 };
      const text = await sealSigned({ signTyp: typ.resultSigned, sealTyp: typ.result, payload, body: packBody({ json: letter, arrays: {} }), signKey: pod.signing, to: publicHalf(me).encryption, context: sealContext.result(taskId, podId, idOf(letter)) });
      return { assignmentId: idOf(letter), result: encodeBase64url(new TextEncoder().encode(text)) };
    };
    let calls = 0;
    const call = async () => {
      calls += 1;
      return { results: await Promise.all(letters.map(sealed)) };
    };
    const plan = { taskId, pods: [{ podName: 'north', signing: publicHalf(pod).signing, payload: { podId } }] } as unknown as TaskPlan;
    return { reader: makeResultReader({ rest: { call } } as unknown as Session, me, plan), calls: () => calls };
  }

  it('that are there together are fetched together', async () => {
    const { reader: several, calls } = await hubWith(['a', 'b', 'c']);
    const bodies = [];
    for (const letter of ['a', 'b', 'c']) bodies.push((await several.open(assignment(letter))).json);
    expect([bodies, calls()]).toEqual([['a', 'b', 'c'], 1]);
  });

  it('are asked for again when one was not there yet', async () => {
    const letters = ['a'];
    const { reader: several, calls } = await hubWith(letters);
    await several.open(assignment('a'));
    await expect(several.open(assignment('b'))).rejects.toMatchObject({ code: 'envelope.malformed' });
    letters.push('b');
    expect((await several.open(assignment('b'))).json).toBe('b');
    expect(calls()).toBe(3);
  });
});
