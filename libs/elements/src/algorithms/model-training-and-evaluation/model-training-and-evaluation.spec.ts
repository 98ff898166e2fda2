import { ask, smallPods, type AveragingSummary } from '../../fixtures/small-task.ts';
import { parseTriple } from '../../triple.ts';
import { simulate, type SimulatedPod } from '../../simulator/simulator.ts';
import { refusalOf } from '../../fixtures/refusal.ts';

const params = { features: ['height', 'weight', 'colour'], target: 'ill', epochs: 10 };

const run = (extra: object = {}, pods: readonly SimulatedPod[] = smallPods()) =>
  simulate({ protocol: ask('results-only'), algorithm: ask('model-training-and-evaluation', { ...params, ...extra }), model: ask('logistic-regression'), pods });

interface Summary {
  pooled: { rows: number; metrics: Record<string, number> };
  pods: { pod: string; report: { rows: number; metrics: Record<string, number> }; model?: AveragingSummary['model'] }[];
}

test('each pod trains its own model; metrics come back and weights do not', () => {
  const { outcome } = run();
  const summary = outcome!.summary as Summary;
  expect(summary.pooled.rows).toBe(48);
  expect(summary.pooled.metrics.accuracy).toBeGreaterThan(0.6);
  expect(outcome!.arrays).toEqual({});
  expect(JSON.stringify(summary)).not.toContain('weights');
});

test('weights come back when they are asked for, and give the metrics that came with them', () => {
  const pods = smallPods();
  const { pods: reports } = run({ returnWeights: true }, pods).outcome!.summary as Summary;
  const first = reports[0]!;
  const again = simulate({ protocol: ask('results-only'), algorithm: ask('model-evaluation', { trained: first.model }), model: ask('logistic-regression'), pods: [pods[0]!] });
  expect((again.outcome!.summary as { pooled: unknown }).pooled).toEqual(first.report);
});

test('an answer without the weights that were asked for is not accepted', () => {
  const { failure } = simulate(
    { protocol: ask('results-only'), algorithm: ask('model-training-and-evaluation', { ...params, returnWeights: true }), model: ask('logistic-regression'), pods: smallPods() },
    undefined,
    { output: (_podId, output) => (output.type === 'finish' ? { ...output, body: { json: { evaluation: (output.body.json as { evaluation: unknown }).evaluation }, arrays: {} } } : output) },
  );
  expect(failure!.code).toBe('task.too-few-pods');
  expect(failure!.says).toContain('north: envelope.malformed');
});

test('a seed repeats the result, and pods shuffle differently', () => {
  expect(run({ returnWeights: true }).outcome).toEqual(run({ returnWeights: true }).outcome);
  const twins = smallPods([60]).flatMap((pod) => [pod, { ...pod, podId: 'pod-9', podName: 'twin' }]);
  const [one, two] = (run({ returnWeights: true }, twins).outcome!.summary as Summary).pods;
  expect(one!.model!.weights).not.toEqual(two!.model!.weights);
});

test('few test rows are refused like few training rows', () => {
  expect(run({}, smallPods([60, 80], { minRows: 15 })).failure!.code).toBe('policy.too-few-rows');
});

test('how long to train is said by epochs or by steps, one of the two', () => {
  const triple = (extra: object) => () => parseTriple({ protocol: ask('results-only'), algorithm: ask('model-training-and-evaluation', { ...params, ...extra }), model: ask('logistic-regression') });
  expect(refusalOf(triple({ steps: 5 }))).toMatchObject({ code: 'usage.invalid', at: 'algorithm.epochs', detail: 'Give epochs or steps, one of the two.' });
  expect(refusalOf(triple({ epochs: undefined }))).toMatchObject({ code: 'usage.invalid', at: 'algorithm.epochs' });
  expect(run({ epochs: undefined, steps: 30 }).outcome).not.toBeNull();
});
