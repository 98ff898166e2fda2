import { createRandom, type Random } from '@podnet/learning';
import { rightGuesses } from './fixtures/canaries.ts';
import { epsilonOfGuesses } from './fixtures/one-run-bound.ts';
import { ask } from './fixtures/small-task.ts';
import type { SchemaColumn } from './pod-part.ts';
import { memoryData, simulate, type MemoryRow, type SimulatedTask } from './simulator/simulator.ts';

/**
 * The membership audit of a whole task: canaries are rows of a table, and weights are what the modeller is told. Bounded columns, the split by each row’s
 * cells, a noisy number of rows and a noisy evaluation are all in it, and the claim is the task’s. 400 canaries, 50 said to be in, 50 out; else as in
 * `supervised/membership-audit.spec.ts`.
 */
const [canaries, ins, outs] = [400, 50, 50];
const privacy = { epsilon: 2, delta: 1e-5 };
const features = Array.from({ length: canaries }, (_, i) => `f${i}`);
const schema: SchemaColumn[] = [
  ...features.map((name): SchemaColumn => ({ name, kind: 'number', bounds: { lower: -30, upper: 30, granularity: 1 } })),
  { name: 'ill', kind: 'boolean' },
  { name: 'change', kind: 'number', bounds: { lower: -4, upper: 4, granularity: 1 } },
];

/** A canary is far out in a column of its own, and at one end of the target: training draws its column’s weight there. */
const isHigh = (canary: number): boolean => canary % 2 === 1;
const nobody: MemoryRow = Object.fromEntries(features.map((name) => [name, 0]));
const rowOf = (canary: number): MemoryRow => ({ ...nobody, [features[canary]!]: 30, ill: isHigh(canary), change: isHigh(canary) ? 4 : -4 });

function audit(model: string, target: string, seed: number, copies = 1): number {
  const random: Random = createRandom(seed).split('coins');
  const isIn = features.map(() => random.below(2) === 1);
  const rows = isIn.flatMap((present, canary) => (present ? new Array<MemoryRow>(copies).fill(rowOf(canary)) : []));
  const task: SimulatedTask = {
    protocol: ask('results-only'),
    algorithm: ask('model-training-and-evaluation', { features, target, standardise: false, epochs: 5, returnWeights: true, differentialPrivacy: { samplingRate: 0.25 } }),
    model: ask(model),
    pods: [{ podId: 'pod-1', podName: 'north', data: memoryData(schema, rows, { split: { train: 100, validation: 0, test: 0, seed: 1 } }) }],
    privacy,
  };
  const { outcome } = simulate(task, { seed });
  const { weights } = (outcome!.summary as { pods: { model: { weights: number[] } }[] }).pods[0]!.model;
  const scores = Float64Array.from(isIn, (_, canary) => (isHigh(canary) ? 1 : -1) * weights[canary]!);
  return epsilonOfGuesses({ canaries, guesses: ins + outs, correct: rightGuesses(scores, isIn, ins, outs), delta: privacy.delta });
}

describe.each([['logistic-regression', 'ill'], ['linear-regression', 'change']])('what a task with %s tells of canaries', (model, target) => {
  test('stays below its epsilon', () => {
    expect(audit(model, target, 22)).toBeLessThan(privacy.epsilon);
  });

  test('is more when a person has eight rows and each is protected by itself', () => {
    expect(audit(model, target, 23, 8)).toBeGreaterThan(privacy.epsilon);
  });
});
