import { execFileSync } from 'node:child_process';
import { pairOf } from '@podnet/privacy';
import { FakeModeller } from '../testing/fake-modeller.ts';
import { LivingPod } from '../testing/living-pod.ts';
import { declared } from '../testing/private-task.ts';
import type { SubmittedTask } from '../testing/pod-house.ts';

const training = (rounds: number): SubmittedTask => ({
  payload: {
    protocol: { name: 'federated-averaging', version: 1, params: { rounds, epochs: 1, validation: false } },
    algorithm: { name: 'model-training', version: 1, params: { features: ['age'], target: 'y', differentialPrivacy: { samplingRate: 0.2 } } },
    model: { name: 'logistic-regression', version: 1, params: {} }, privacy: { epsilon: 2, delta: 1e-5 },
  },
  grant: { role: 'dp-restricted-modeller' },
});

let pod: LivingPod;
let modeller: FakeModeller;
afterEach(async () => {
  modeller.stop();
  await pod.clear();
});
const spent = () => pairOf(pod.store.ledger.expended('grant', pod.house.grantId));

test('a private training is charged whole before its first step, and each of its steps has one answer', async () => {
  pod = await LivingPod.build({ yaml: declared() });
  modeller = await FakeModeller.start(pod.house, training(4));
  let atFirst: unknown;
  const again: Promise<unknown>[] = [];
  modeller.onAnswer = (count) => {
    atFirst ??= spent();
    // Every step once more, word for word, while the task goes on.
    if (count <= 3) again.push(modeller.askAgain([...modeller.sent.keys()].at(-1)!));
  };
  const { summary } = await modeller.outcome;
  expect(atFirst).toEqual({ epsilon: 2, delta: 1e-5 });
  expect(spent()).toEqual({ epsilon: 2, delta: 1e-5 });
  expect(JSON.stringify(summary)).toMatch(/noiseMultiplier/);
  await Promise.all(again);
  for (const [, answers] of modeller.got) expect(new Set(answers).size).toBe(1);
  expect(pod.store.privateSteps.any(modeller.assignmentId)).toBe(false);
}, 60_000);

test('another question in the place of one that was asked is answered by nothing, and ends the task', async () => {
  pod = await LivingPod.build({ yaml: declared() });
  modeller = await FakeModeller.start(pod.house, training(30));
  modeller.onAnswer = (count) => {
    if (count !== 3) return;
    const [first, second] = [...modeller.sent.keys()];
    void modeller.askAgain(second ?? first!, { json: { operation: 'train' }, arrays: { weights: new Float64Array([1, 2]) } });
  };
  await expect(modeller.outcome).rejects.toThrow();
  expect(pod.house.hub.assignments.get(modeller.assignmentId)).toMatchObject({ state: 'failed', code: 'conflict.state' });
  expect(spent().epsilon).toBe(2);
}, 60_000);

test('a pod that stops in the middle does not begin anew, for its noise would be drawn twice; what was charged stays', async () => {
  pod = await LivingPod.build({ yaml: declared() });
  modeller = await FakeModeller.start(pod.house, training(60));
  const half = Promise.withResolvers<void>();
  modeller.onAnswer = (count) => count >= 5 && half.resolve();
  modeller.outcome.catch(() => undefined);
  await half.promise;
  modeller.stop();
  await pod.rest();
  await pod.wake();
  pod.house.hub.expire(modeller.assignmentId);
  pod.house.hub.hint();
  expect(await pod.house.hub.ended(modeller.assignmentId)).toMatchObject({ state: 'failed', code: 'runner.crashed' });
  expect(spent().epsilon).toBe(2);
  expect(pod.store.ledger.charges(5)).toMatchObject([{ state: 'committed' }]);
}, 60_000);

test('where a person can have several rows, a private training is refused before it is charged', async () => {
  pod = await LivingPod.build({ yaml: `${declared()}    policy: { privacy_unit: height }\n` });
  modeller = await FakeModeller.start(pod.house, training(2));
  modeller.outcome.catch(() => undefined);
  expect(await pod.house.hub.ended(modeller.assignmentId)).toMatchObject({ state: 'denied', code: 'usage.unsupported' });
  expect(spent().epsilon).toBe(0);
}, 60_000);

test('nothing is given back for what an earlier life of the pod has computed, also when the task is denied afterwards', async () => {
  pod = await LivingPod.build({ yaml: declared() });
  modeller = await FakeModeller.start(pod.house, training(60));
  const begun = Promise.withResolvers<void>();
  modeller.onAnswer = () => begun.resolve();
  modeller.outcome.catch(() => undefined);
  await begun.promise;
  modeller.stop();
  await pod.rest();
  await pod.wake();
  pod.store.revokedGrants.add(pod.house.grantId);
  pod.house.hub.expire(modeller.assignmentId);
  pod.house.hub.hint();
  expect(await pod.house.hub.ended(modeller.assignmentId)).toMatchObject({ state: 'denied' });
  expect(spent().epsilon).toBe(2);
}, 60_000);

test('a runner that dies between two steps takes its private task with it', async () => {
  pod = await LivingPod.build({ yaml: declared() });
  modeller = await FakeModeller.start(pod.house, training(60));
  const half = Promise.withResolvers<void>();
  modeller.onAnswer = (count) => {
    if (count < 5) return;
    // It is not asked the next step.
    modeller.stop();
    half.resolve();
  };
  modeller.outcome.catch(() => undefined);
  await half.promise;
  for (const pid of execFileSync('pgrep', ['-P', String(process.pid), '-f', 'runner/main'], { encoding: 'utf8' }).trim().split('\n')) process.kill(Number(pid), 'SIGKILL');
  expect(await pod.house.hub.ended(modeller.assignmentId)).toMatchObject({ state: 'failed', code: 'runner.crashed' });
  expect(spent().epsilon).toBe(2);
}, 60_000);
