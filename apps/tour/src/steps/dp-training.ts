import { Fault } from '@podnet/errors';
import type { TaskFile } from '@podnet/sdk';
import type { Scene } from '../data/site.ts';
import { trainingPrivacy } from '../private-question.ts';
import { runTask, taskOver, type Step } from '../stage.ts';

interface Summary {
  rounds: unknown[];
  test: { noisy?: true; rows: number; metrics: Record<string, number | null>; plusMinus: Record<string, number> } | null;
  privacy: { training: { epsilon: number; noiseMultiplier: number; clippingNorm: number; samplingRate: number; steps: number } | null };
}

/** Few rows: large batches and few steps, so that little noise is enough. No validation, which would cost in every round. */
const protocol = { name: 'federated-averaging', rounds: 4, epochs: 1, validation: false };
const differentialPrivacy = { samplingRate: 0.25, clippingNorm: 1 };

/** The learning task by what is declared: bounds of numbers, values of categories. Null: nothing that may be learnt with noise is. */
export function privateLearning({ columns, learning }: Scene): Pick<TaskFile, 'algorithm' | 'model'> | null {
  const { algorithm, model } = learning;
  const isDeclared = (name: string): boolean => columns.some((column) => column.name === name && (column.domain ?? column.bounds) !== undefined);
  const features = (algorithm['features'] as string[]).filter(isDeclared);
  if (features.length === 0 || !isDeclared(String(algorithm['target']))) return null;
  return { algorithm: { ...algorithm, features, optimiser: { learningRate: 2 }, differentialPrivacy }, ...(model ? { model } : {}) };
}

/** The same person trains by DP-SGD. How good the model is does not matter to the tour; that it is told with its noise does. */
export const dpTraining: Step = {
  name: 'dp-training',
  async run(stage, bar) {
    const parts = privateLearning(stage.scene);
    if (!parts) return { says: 'skipped: a training with noise needs declared bounds or values of its columns', skipped: true };
    const task = taskOver(stage, { label: `Learn ${String(parts.algorithm['target'])}, with noise`, protocol, ...parts, privacy: trainingPrivacy });
    const outcome = await runTask(stage.people.restricted, task, bar);
    const { rounds, test, privacy } = outcome.summary as unknown as Summary;
    const { metric } = stage.scene.learning;
    if (!privacy.training || test?.noisy !== true || !(test.plusMinus['rows']! > 0)) throw new Fault('task.failed', 'The outcome does not tell its noise.');
    const { noiseMultiplier, steps } = privacy.training;
    return {
      says: `noise multiplier ${noiseMultiplier.toFixed(2)} over ${steps} steps keeps to epsilon ${trainingPrivacy.epsilon}; ${judgement(metric, test)}`,
      metric,
      noiseMultiplier,
      steps,
      features: parts.algorithm['features'],
      rounds: rounds.length,
      privacy,
      test,
    };
  },
};

/** Few rows: noise may leave less than nothing of them, or a width that says nothing. */
function judgement(metric: string, { metrics, plusMinus }: NonNullable<Summary['test']>): string {
  const [value, width] = [metrics[metric], plusMinus[metric]];
  if (typeof value !== 'number') return `the test rows are too few for noise to leave any ${metric}`;
  const told = `noisy test ${metric} ${value.toFixed(2)} ± ${width === undefined ? '?' : width.toFixed(2)}`;
  return width !== undefined && width < 0.1 ? told : `${told}, which on so few rows says little`;
}
