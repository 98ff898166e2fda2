import { Fault } from '@podnet/errors';
import { z } from 'zod';

/** Parameters of private training. Without the key, and with privacy asked for, these defaults apply. */
const differentialPrivacy = z.strictObject({
  samplingRate: z.number().min(1e-6).max(1).default(0.05).describe('The chance of each row to be in a step’s batch. An epoch is 1/samplingRate steps, rounded up.'),
  clippingNorm: z.number().min(1e-6).max(1e6).default(1).describe('The greatest length of one row’s gradient; longer ones are scaled down.'),
  noiseMultiplier: z.number().min(0.01).max(10_000).optional().describe('Deviation of the noise over the clipping norm. Without it, the least that keeps to the task’s epsilon and delta.'),
});

export type DifferentialPrivacy = z.output<typeof differentialPrivacy>;

/** Spread into the parameters of an algorithm that trains. */
export const privacyShape = {
  differentialPrivacy: differentialPrivacy.optional().describe('How the training is kept private; only for a task with epsilon and delta. Batches are then sampled by coins, and batchSize has no part in it.'),
} as const;

/** **Throws** `usage.invalid` for parameters of privacy that the task does not ask for. */
export function requireNoPrivacyParams({ differentialPrivacy: given }: { differentialPrivacy?: DifferentialPrivacy | undefined }): void {
  if (given === undefined) return;
  throw new Fault('usage.invalid', 'The task has parameters of differential privacy and asks for none.', { at: 'algorithm.differentialPrivacy', hint: 'Give the task an epsilon and a delta, or leave the parameters out.' });
}

export const privacyDefaults = (): DifferentialPrivacy => differentialPrivacy.parse({});
