import { boundedPods, boundedSchema, changed } from './fixtures/bounded-task.ts';
import { refusalOf } from './fixtures/refusal.ts';
import { ask, averagingTask, smallRows } from './fixtures/small-task.ts';
import { openModellerMachine, openPodSession } from './open.ts';
import type { PodWork, SchemaColumn } from './pod-part.ts';
import { memoryData, simulate, type SimulatedPod, type SimulatedTask } from './simulator/simulator.ts';

const privacy = { epsilon: 8, delta: 1e-5 };
const features = ['height', 'weight', 'colour'];
const optimiser = { learningRate: 2 };

const averaging = (protocol: object = {}, algorithm: object = {}, pods: readonly SimulatedPod[] = boundedPods()): SimulatedTask => ({ ...averagingTask({ rounds: 3, ...protocol }, { optimiser, ...algorithm }, pods), privacy });
const single = (algorithm: object = {}, model = 'logistic-regression', pods: readonly SimulatedPod[] = boundedPods()): SimulatedTask => ({
  protocol: ask('results-only'),
  algorithm: ask('model-training-and-evaluation', { features, target: 'ill', epochs: 5, optimiser, ...algorithm }),
  model: ask(model),
  pods,
  privacy,
});
const evaluation = (trained: unknown, model = 'logistic-regression', pods: readonly SimulatedPod[] = boundedPods()): SimulatedTask => ({ protocol: ask('results-only'), algorithm: ask('model-evaluation', { trained }), model: ask(model), pods, privacy });

interface Report {
  noisy: true;
  rows: number;
  metrics: Record<string, number | null>;
  plusMinus: Record<string, number>;
}
interface Summary {
  test: Report;
  pooled: Report;
  rounds: { loss: number | null; validation: { metrics: Record<string, number> } }[];
  pods: { pod: string; rows: number; report: Report; model: { weights: number[] } }[];
  model: { weights: number[]; statistics: { rows: number } };
  privacy: { epsilon: number; training: { noiseMultiplier: number; steps: number; epsilon: number }; evaluations: { count: number; epsilonEach: number } };
}
const summaryOf = (task: SimulatedTask, seed = 1): Summary => {
  const { outcome, failure } = simulate(task, { seed });
  if (!outcome) throw new Error(`${failure?.code}: ${failure?.says}`);
  return outcome.summary as Summary;
};

describe('a private training over pods', () => {
  const summary = summaryOf(averaging());

  test('learns, without statistics and without a loss, and says what it costs', () => {
    expect(summary.test.metrics.accuracy).toBeGreaterThan(0.6);
    expect(summary.test.noisy).toBe(true);
    expect(summary.test.plusMinus.accuracy).toBeGreaterThan(0);
    expect(summary.rounds.map(({ loss }) => loss)).toEqual([null, null, null]);
    expect(summary.rounds[2]!.validation.metrics.accuracy).toBeGreaterThan(0.3);
    expect(summary.privacy).toMatchObject({ epsilon: 8, training: { steps: 60 }, evaluations: { count: 4, epsilonEach: 0.16 } });
    expect(summary.model.statistics.rows).toBe(2);
  });

  test('counts noisy rows, never the true ones', () => {
    const counts = [1, 2, 3, 4, 5, 6].map((seed) => summaryOf(averaging({ rounds: 1, validation: false }), seed).pods.map(({ rows }) => rows));
    for (const i of [0, 1, 2]) {
      expect(new Set(counts.map((rows) => rows[i])).size).toBeGreaterThan(3);
      // 70 % of 600, 800 and 1000 rows; the scale of the noise is 6.25, and the split is by chance.
      expect(Math.abs(counts[0]![i]! - [420, 560, 700][i]!)).toBeLessThan(150);
    }
  });

  test('gives the same outcome when messages are repeated, lost and reordered, for answers are drawn once', () => {
    const disturbed = simulate(averaging(), { seed: 1, repeat: 0.3, drop: 0.2, reorder: true });
    expect(disturbed.happened.repeated).toBeGreaterThan(0);
    expect((disturbed.outcome!.summary as Summary).model.weights).toEqual(summary.model.weights);
  });

  test('comes to the same when the modeller starts again from what it saved', () => {
    const restarted = simulate(averaging(), { seed: 1, restartModeller: 0.2, skipCheckpoint: 0.3 });
    expect(restarted.happened.modellerRestarts).toBeGreaterThan(0);
    expect((restarted.outcome!.summary as Summary).model.weights).toEqual(summary.model.weights);
  });

  test('ends at a pod that has forgotten what it drew', () => {
    const { failure } = simulate(averaging(), { seed: 1, restartPod: 0.3 });
    expect(failure!.says).toContain('conflict.state');
  });

  test('draws other noise with other bits', () => {
    expect(summaryOf(averaging(), 2).model.weights).not.toEqual(summary.model.weights);
  });
});

test('each pod trains and evaluates privately, and its model can be evaluated privately', () => {
  const { pooled, pods, privacy: spent } = summaryOf(single({ returnWeights: true }));
  expect(pooled.metrics.accuracy).toBeGreaterThan(0.6);
  expect(spent).toMatchObject({ training: { steps: 100 }, evaluations: { count: 1, epsilonEach: 0.64 } });
  const again = summaryOf(evaluation(pods[0]!.model));
  expect(again.pooled.metrics.accuracy).toBeGreaterThan(0.6);
  expect(again.privacy).toMatchObject({ training: null, rows: null, evaluations: { count: 1, epsilonEach: 8 } });
});

test('a regression learns within its target’s bounds', () => {
  const rows = smallRows(3000, 1).map((row) => ({ ...row, weight: Number(row.height ?? 175) - 100 }));
  const pods = [{ podId: 'pod-1', podName: 'north', data: memoryData(boundedSchema, rows) }];
  const { pooled, pods: own } = summaryOf(single({ features: ['height'], target: 'weight', epochs: 30, returnWeights: true }, 'linear-regression', pods));
  // Weights from 45 to 105 mostly; the mean alone has an error of about 7.6.
  expect(pooled.metrics.mae).toBeLessThan(6);
  expect(pooled.metrics.r2).toBeGreaterThan(0.2);
  const bad = { ...own[0]!.model, weights: [1e200, 0] };
  expect(simulate(evaluation(bad, 'linear-regression', pods)).failure!.says).toContain('usage.invalid');
});

test('noise is on: at a small epsilon nothing is learned', () => {
  const tiny = [1, 2, 3, 4].map((seed) => (summaryOf({ ...single({ returnWeights: true }), privacy: { epsilon: 0.02, delta: 1e-5 } }, seed).pods[0]!.model.weights));
  const usual = [1, 2, 3, 4].map((seed) => summaryOf(single({ returnWeights: true }), seed).pods[0]!.model.weights);
  const spread = (all: number[][]) => Math.max(...all[0]!.map((_, j) => Math.max(...all.map((weights) => weights[j]!)) - Math.min(...all.map((weights) => weights[j]!))));
  expect(spread(tiny)).toBeGreaterThan(20 * spread(usual));
});

describe('what a pod refuses, or does not let be seen', () => {
  const workOf = (schema: SchemaColumn[] = boundedSchema, over: Partial<PodWork> = {}, task: SimulatedTask = single()): PodWork => ({
    ...task,
    privacy,
    podIndex: 0,
    podCount: 1,
    data: memoryData(schema, smallRows(100, 1)),
    bits: { word: () => 0x9e3779b9 },
    ...over,
  });

  test.each([
    ['a number without bounds', changed('height', 'unbounded'), 'privacy.unbounded', 'algorithm.features[0]', 'height needs a declared lower and upper bound.'],
    ['a category of observed values', changed('colour', 'unbounded'), 'privacy.unbounded', 'algorithm.features[2]', 'colour needs declared values'],
    ['bounds that are none', changed('weight', { bounds: { lower: 5, upper: 5, granularity: 1 } }), 'privacy.unbounded', 'algorithm.features[1]', 'weight needs'],
    ['bounds that are not finite', changed('weight', { bounds: { lower: 0, upper: Infinity, granularity: 1 } }), 'privacy.unbounded', 'algorithm.features[1]', 'weight needs'],
  ])('%s', (_, schema, code, at, says) => {
    for (const task of [single(), averaging()]) {
      const refusal = refusalOf(() => openPodSession(workOf(schema, {}, task)));
      expect(refusal).toMatchObject({ code, at });
      expect(refusal.detail).toContain(says);
      expect(refusalOf(() => openModellerMachine({ ...task, privacy, minPods: 1, pods: [{ podId: 'a', podName: 'a', dataset: 'd', schema }] }))).toMatchObject({ code, at });
    }
  });

  test('a regression’s target without bounds, and a target of observed classes', () => {
    const regression = single({ features: ['height'], target: 'weight' }, 'linear-regression');
    expect(refusalOf(() => openPodSession(workOf(changed('weight', 'unbounded'), {}, regression)))).toMatchObject({ code: 'privacy.unbounded', at: 'algorithm.target' });
    const classes = single({ features: ['height'], target: 'colour' });
    expect(refusalOf(() => openPodSession(workOf(changed('colour', 'unbounded'), {}, classes)))).toMatchObject({ code: 'privacy.unbounded', at: 'algorithm.target' });
  });

  test('bounds that differ between pods are told before anything is submitted', () => {
    const pods = [boundedSchema, changed('height', { bounds: { lower: 0, upper: 300, granularity: 1 } })].map((schema, i) => ({ podId: `${i}`, podName: `${i}`, dataset: 'd', schema }));
    for (const task of [single(), averaging()]) expect(refusalOf(() => openModellerMachine({ ...task, privacy, minPods: 1, pods }))).toMatchObject({ code: 'schema.incompatible', at: 'algorithm.features[0]' });
  });

  test.each([
    ['units of several rows', { privacyUnit: 'person' }],
    ['a split that one row may overturn', { shares: undefined }],
  ])('data with %s', (_, change) => {
    const { data } = workOf();
    for (const task of [single(), averaging()]) expect(refusalOf(() => openPodSession(workOf(boundedSchema, { data: { ...data, ...change } as PodWork['data'] }, task)))).toMatchObject({ code: 'usage.unsupported', at: 'privacy' });
  });

  test('a session of rounds that has answered before, but not one whose only answer ends it', () => {
    expect(refusalOf(() => openPodSession(workOf(boundedSchema, { resumed: true }, averaging()))).code).toBe('conflict.state');
    expect(() => openPodSession(workOf(boundedSchema, { resumed: true }))).not.toThrow();
  });

  test('parameters of privacy without privacy', () => {
    const differentialPrivacy = { samplingRate: 0.1 };
    for (const task of [single({ differentialPrivacy }), averaging({}, { differentialPrivacy })]) {
      expect(refusalOf(() => openPodSession(workOf(boundedSchema, { privacy: null }, task)))).toMatchObject({ code: 'usage.invalid', at: 'algorithm.differentialPrivacy' });
      expect(refusalOf(() => openModellerMachine({ ...task, privacy: null, minPods: 1, pods: [{ podId: 'a', podName: 'a', dataset: 'd', schema: boundedSchema }] }))).toMatchObject({ code: 'usage.invalid', at: 'algorithm.differentialPrivacy' });
    }
  });

  test.each([
    ...[0, -0.1, 1.1, Number.NaN, Infinity, '0.1', null].map((bad): [string, unknown] => ['samplingRate', bad]),
    ...[0, -1, Number.NaN, Infinity, '1', null].map((bad): [string, unknown] => ['clippingNorm', bad]),
    ...[0, -1, Number.NaN, Infinity, '1', null].map((bad): [string, unknown] => ['noiseMultiplier', bad]),
  ])('%s of %p', (key, bad) => {
    expect(refusalOf(() => openPodSession(workOf(boundedSchema, {}, single({ differentialPrivacy: { [key]: bad } }))))).toMatchObject({ code: 'usage.invalid', at: `algorithm.differentialPrivacy.${key}` });
  });

  test('how many rows there are, and what is in them, decides nothing that can be seen', () => {
    const wild = [{ height: 1e308, weight: -1e308, colour: 'red', ill: true }, { height: 'Infinity', weight: null, colour: null, ill: null }];
    for (const rows of [[], wild]) {
      const pods = [{ podId: 'pod-1', podName: 'north', data: memoryData(boundedSchema, rows, { minRows: 50 }) }];
      expect(summaryOf(single({}, 'logistic-regression', pods)).pooled.rows).toBeLessThan(200);
      expect(summaryOf(averaging({}, {}, pods)).pods[0]!.rows).toBeGreaterThan(0);
    }
  });
});
