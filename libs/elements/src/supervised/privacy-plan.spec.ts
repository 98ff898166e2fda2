import { costOf, sumOf, trainingCost, type Amount } from '@podnet/privacy';
import { refusalOf } from '../fixtures/refusal.ts';
import { federatedAveragingManifest, type FederatedAveragingParams } from '../protocols/federated-averaging/manifest.ts';
import { federatedAveragingPod } from '../protocols/federated-averaging/pod.ts';
import { plannedWork, planPrivacy, reportOfPlan, type PlannedWork } from './privacy-plan.ts';

const privacy = { epsilon: 3, delta: 1e-5 };
const work = (over: object = {}, asked: object = {}): PlannedWork => ({ training: { calls: 10, amount: { epochs: 2 }, asked: { samplingRate: 0.07, clippingNorm: 1, ...asked }, ...over }, evaluations: 3 });
const callsOf = (params: object) => federatedAveragingPod.calls(federatedAveragingManifest.params.parse({ rounds: 4, epochs: 2, ...params }) as FederatedAveragingParams);

test('steps are rounds × epochs × 1/samplingRate, rounded up, before anything starts', () => {
  const { training } = planPrivacy(privacy, work());
  expect(training).toMatchObject({ calls: 10, stepsPerCall: 30, cost: { steps: 300, samplingRate: 0.07 } });
  expect(planPrivacy(privacy, work({ amount: { steps: 7 } })).training!.cost.steps).toBe(70);
  expect(planPrivacy(privacy, work({ asked: undefined })).training).toMatchObject({ clippingNorm: 1, stepsPerCall: 40, cost: { samplingRate: 0.05 } });
});

test('the parts add up to the whole and never beyond it, and only training has of delta', () => {
  const plan = planPrivacy(privacy, work());
  const spent = sumOf(plan.rows!, ...Array.from({ length: 3 }, () => plan.evaluation!));
  expect(spent.deltaFemto).toBe(0);
  const training: Amount = { epsilonMicro: costOf(privacy).epsilonMicro - spent.epsilonMicro, deltaFemto: costOf(privacy).deltaFemto };
  expect(plan.training!.cost.epsilon).toBeLessThanOrEqual(training.epsilonMicro / 1e6);
  expect(plan.training!.cost.epsilon).toBeGreaterThan(2.69);
  expect(plan.training!.cost.delta).toBe(1e-5);
  expect([plan.rows!.epsilonMicro, plan.evaluation!.epsilonMicro]).toEqual([60_000, 80_000]);
  expect(trainingCost({ samplingRate: 0.07, steps: 300, noiseMultiplier: plan.training!.cost.noiseMultiplier }, 1e-5).epsilon).toBe(plan.training!.cost.epsilon);
});

test('without evaluations training has their share, and without training an evaluation has all', () => {
  expect(planPrivacy(privacy, { ...work(), evaluations: 0 })).toMatchObject({ evaluation: null, rows: { epsilonMicro: 65_217 } });
  expect(planPrivacy(privacy, { training: null, evaluations: 1 })).toMatchObject({ training: null, rows: null, evaluation: { epsilonMicro: 3_000_000 } });
});

test('given noise that fits is taken as it is; noise that costs too much is refused with the epsilon that would pass', () => {
  expect(planPrivacy(privacy, work({}, { noiseMultiplier: 5 })).training!.cost.noiseMultiplier).toBe(5);
  const refusal = refusalOf(() => planPrivacy(privacy, work({}, { noiseMultiplier: 1 })));
  expect(refusal).toMatchObject({ code: 'privacy.malformed', at: 'algorithm.differentialPrivacy.noiseMultiplier' });
  const passing = Number(/epsilon ([\d.]+) would pass/.exec(refusal.detail!)![1]);
  expect(planPrivacy({ ...privacy, epsilon: passing }, work({}, { noiseMultiplier: 1 })).training!.cost.noiseMultiplier).toBe(1);
  expect(refusalOf(() => planPrivacy({ ...privacy, epsilon: passing - 0.01 }, work({}, { noiseMultiplier: 1 }))).code).toBe('privacy.malformed');
});

test.each([0, -1, Number.NaN, Infinity, '1', null, undefined])('epsilon %p and the same delta are refused', (bad) => {
  expect(refusalOf(() => planPrivacy({ epsilon: bad as number, delta: 1e-5 }, work())).code).toBe('privacy.malformed');
  expect(() => planPrivacy({ epsilon: 1, delta: bad as number }, work())).toThrow();
});

test('an epsilon that does not reach for all evaluations is refused', () => {
  expect(refusalOf(() => planPrivacy({ epsilon: 0.001, delta: 1e-5 }, { ...work(), evaluations: 10_000 })).code).toBe('privacy.malformed');
});

test.each<[object, number, number]>([
  [{}, 4, 5],
  [{ validation: false }, 4, 1],
  [{ earlyStopping: { metric: 'accuracy' } }, 4, 5],
])('federated averaging plans %j as %i trainings and %i evaluations', (params, calls, evaluations) => {
  expect(plannedWork(callsOf(params), undefined)).toEqual({ training: { calls, amount: { epochs: 2 }, asked: undefined }, evaluations });
});

test('the report tells noise, steps and what each part costs', () => {
  expect(reportOfPlan(privacy, planPrivacy(privacy, work()))).toMatchObject({ epsilon: 3, delta: 1e-5, training: { steps: 300, clippingNorm: 1, delta: 1e-5 }, rows: { epsilon: 0.06 }, evaluations: { count: 3, epsilonEach: 0.08 } });
});
