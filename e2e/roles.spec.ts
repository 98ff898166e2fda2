import type { House, Person } from '@podnet/launch';
import { isFault, type TaskFile } from '@podnet/sdk';
import { roleNames, type RoleName, type Verdict } from '@podnet/policy';
import { assign, cloudPods, temporaryHouse } from './temporary-house.ts';

/** The role table of the product through a real hub and a real pod: every installed element, every role, no role, the custodian. */
type Who = RoleName | 'nobody' | 'custodian';
const everybody: Who[] = [...roleNames, 'nobody', 'custodian'];

const training = { features: ['a', 'b'], target: 'kind' };
const model = { name: 'logistic-regression' };

const privateTraining = (epsilon: number) => ({ protocol: { name: 'federated-averaging', rounds: 1, epochs: 1, validation: false }, algorithm: { name: 'model-training', ...training }, model, privacy: { epsilon, delta: 1e-5 } });
const privateSql = (epsilon: number) => ({ protocol: { name: 'results-only' }, algorithm: { name: 'private-sql-query', sql: 'SELECT kind, COUNT(*) AS n, AVG(a) AS mean FROM data GROUP BY kind' }, privacy: { epsilon, delta: 1e-6 } });

/** Who is permitted; everybody else is denied. */
const table: { task: string; parts: Pick<TaskFile, 'protocol' | 'algorithm' | 'model' | 'privacy'>; permitted: Who[] }[] = [
  { task: 'federated averaging of a training', parts: { protocol: { name: 'federated-averaging', rounds: 1, epochs: 1 }, algorithm: { name: 'model-training', ...training }, model }, permitted: ['super-modeller', 'general-modeller', 'custodian'] },
  { task: 'training and evaluation', parts: { protocol: { name: 'results-only' }, algorithm: { name: 'model-training-and-evaluation', ...training, epochs: 1 }, model }, permitted: ['super-modeller', 'general-modeller', 'metrics-only', 'custodian'] },
  { task: 'training and evaluation that returns weights', parts: { protocol: { name: 'results-only' }, algorithm: { name: 'model-training-and-evaluation', ...training, epochs: 1, returnWeights: true }, model }, permitted: ['super-modeller', 'general-modeller', 'custodian'] },
  { task: 'an average', parts: { protocol: { name: 'results-only' }, algorithm: { name: 'column-average', columns: ['a'] } }, permitted: ['super-modeller', 'custodian'] },
  { task: 'federated averaging of a training at epsilon 1', parts: privateTraining(1), permitted: ['super-modeller', 'general-modeller', 'dp-restricted-modeller', 'custodian'] },
  { task: 'federated averaging of a training at epsilon 3.0001', parts: privateTraining(3.0001), permitted: ['super-modeller', 'general-modeller', 'custodian'] },
  { task: 'private SQL at epsilon 2', parts: privateSql(2), permitted: ['super-modeller', 'general-modeller', 'dp-restricted-modeller', 'custodian'] },
  { task: 'private SQL at epsilon 10', parts: privateSql(10), permitted: ['super-modeller', 'general-modeller', 'custodian'] },
  { task: 'private SQL at epsilon 10.5', parts: privateSql(10.5), permitted: ['super-modeller', 'custodian'] },
];

let house: House;
let close: () => Promise<void>;
const people = new Map<Who, Person>();

beforeAll(async () => {
  const opened = await temporaryHouse();
  ({ house, close } = opened);
  await house.admin();
  const custodian = await house.person('custodian');
  people.set('custodian', custodian);
  await cloudPods(house, opened.home, custodian, ['north']);
  for (const role of roleNames) {
    const who = await house.person(role);
    people.set(role, who);
    await assign(custodian, who, role, ['north']);
  }
  people.set('nobody', await house.person('nobody'));
}, 120_000);
afterAll(() => close());

async function attempt(who: Who, parts: (typeof table)[number]['parts']): Promise<{ answer: string; verdict?: Verdict }> {
  const task: TaskFile = { version: 1, pods: ['north/records'], ...parts, limits: { deadline: '1m' } };
  try {
    // The pod is asked, whatever the hub expects: the pod is the law.
    await (await people.get(who)!.podnet.tasks.submit(task, { courtesy: 'forward' })).outcome();
    return { answer: 'permit' };
  } catch (error) {
    if (!isFault(error)) throw error;
    const verdict = (error.details.verdicts as Verdict[] | undefined)?.[0];
    return { answer: error.exit === 5 ? 'deny' : error.code, ...(verdict ? { verdict } : {}) };
  }
}

describe.each(table)('$task', ({ parts, permitted }) => {
  it.each(everybody)('as %s', async (who) => {
    const { answer, verdict } = await attempt(who, parts);
    if (who === 'nobody') {
      // Not even that the pod exists is told.
      expect(answer).toBe('access.not-found');
      return;
    }
    expect(answer).toBe(permitted.includes(who) ? 'permit' : 'deny');
    if (answer === 'deny') {
      expect(verdict).toMatchObject({ by: 'pod', decision: 'deny', podName: 'north', role: who === 'custodian' ? 'custodian' : who });
      expect(verdict!.checks.some((check) => !check.passed)).toBe(true);
      expect(verdict!.wouldPass.length).toBeGreaterThan(0);
    }
  }, 60_000);
});

describe('a model that was trained', () => {
  it('is evaluated by a Metrics Only modeller and not by a Viewer', async () => {
    const general = people.get('general-modeller')!.podnet;
    const training: TaskFile = { version: 1, pods: ['north/records'], ...table[0]!.parts };
    const outcome = await (await general.tasks.submit(training)).outcome();
    const { model: description } = outcome.summary as { model: Record<string, unknown> };
    const evaluation = { protocol: { name: 'results-only' }, algorithm: { name: 'model-evaluation', trained: description }, model };
    expect((await attempt('metrics-only', evaluation)).answer).toBe('permit');
    expect((await attempt('viewer', evaluation)).answer).toBe('deny');
    expect((await attempt('dp-restricted-modeller', evaluation)).answer).toBe('deny');
  }, 60_000);
});

describe('can-i', () => {
  it('says what hub and pod would decide, and leaves nothing behind', async () => {
    const auditor = people.get('metrics-only')!.podnet;
    const before = (await auditor.tasks.list()).length;
    const { hub, pods } = await auditor.tasks.canI({ version: 1, pods: ['north/records'], ...table[0]!.parts });
    expect(hub.map((verdict) => verdict.decision)).toEqual(['deny']);
    expect(pods).toMatchObject([{ podName: 'north', online: true, verdict: { by: 'pod', decision: 'deny' } }]);
    expect((await auditor.tasks.list()).length).toBe(before);
  }, 60_000);
});

describe('the hub’s courtesy', () => {
  it('refuses at once what a pod would deny, with a verdict for each pod and no task', async () => {
    const viewer = people.get('viewer')!.podnet;
    const submission = viewer.tasks.submit({ version: 1, pods: ['north/records'], ...table[3]!.parts });
    await expect(submission).rejects.toMatchObject({ code: 'policy.denied', details: { verdicts: [{ by: 'hub', decision: 'deny' }] } });
  }, 60_000);
});
