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
    const [value, plusMinus] = [test?.metrics[metric], test?.plusMinus?.[metric]];
    if (!privacy.training || test?.noisy !== true || typeof value !== 'number' || typeof plusMinus !== 'number') throw new Fault('task.failed', 'The outcome does not tell its noise.');
    const { noiseMultiplier, steps } = privacy.training;
    return {
      says: `test ${metric} ${value.toFixed(2)} ± ${plusMinus.toFixed(2)}, noisy, as the weights are: noise multiplier ${noiseMultiplier.toFixed(2)} over ${steps} steps for epsilon ${trainingPrivacy.epsilon}; few rows learn little under noise`,
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
