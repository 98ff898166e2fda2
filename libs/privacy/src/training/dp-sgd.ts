import { Fault } from '@podnet/errors';
import { checkSampledGaussian, type SampledGaussian } from '../accountants/parameters.ts';
import { pldCurve, pldNoiseMultiplier } from '../accountants/pld/pld-accountant.ts';
import { rdpEpsilon } from '../accountants/rdp/rdp-accountant.ts';

/** What one DP-SGD job costs: charged as one pair, before its first batch. */
export interface TrainingCost extends SampledGaussian {
  readonly epsilon: number;
  readonly delta: number;
  /** The same by the looser account, for the receipt. */
  readonly epsilonByRdp: number;
}

/**
 * The cost of a training job: Poisson sampling, per-example clipping, noise of noiseMultiplier · clippingNorm on the sum of each batch. The
 * clipping norm has no part in it.
 *
 * **Units** noiseMultiplier: noise's deviation over the clipping norm. Units are added or removed one at a time.
 * **Privacy** the whole job is (epsilon, delta)-DP when sampling is independent for every unit and every step, steps and noise are fixed
 * before the start, an empty batch still gets its noise, and the sum is divided by the expected size of a batch.
 * **Throws** `privacy.malformed`, `usage.invalid`; `usage.unsupported` when the two accounts contradict each other or delta is too small
 * to be accounted for.
 */
export function trainingCost(job: SampledGaussian, delta: number): TrainingCost {
  checkSampledGaussian(job);
  const epsilonByRdp = rdpEpsilon(job, delta);
  const epsilon = pldCurve(job).epsilon(delta);
  if (!(epsilon <= epsilonByRdp * (1 + 1e-4) + 1e-6)) {
    throw new Fault('usage.unsupported', 'The cost of this training cannot be stated reliably.', { hint: 'Use more noise, fewer steps or a larger delta.' });
  }
  const { samplingRate, noiseMultiplier, steps } = job;
  return { samplingRate, noiseMultiplier, steps, epsilon, delta, epsilonByRdp };
}

/**
 * The least noise multiplier, rounded up to a 1024th, with which a training job keeps to a target; and what it then costs.
 *
 * **Privacy** the cost's epsilon is at most the target. **Throws** as `trainingCost`.
 */
export function trainingNoise(job: { samplingRate: number; steps: number }, target: { epsilon: number; delta: number }): TrainingCost {
  const least = pldNoiseMultiplier(job, target);
  const cost = trainingCost({ ...job, noiseMultiplier: Math.ceil(least * 1024) / 1024 }, target.delta);
  // Not met: more noise has been tried and costs less, but what is promised is checked.
  if (!(cost.epsilon <= target.epsilon)) throw new Fault('usage.unsupported', 'The cost of this training cannot be stated reliably.');
  return cost;
}

/**
 * How many steps a number of epochs is, and the sampling rate of an expected batch size. n is public here, or noised before.
 *
 * **Throws** `usage.invalid`.
 */
export function trainingSchedule({ rows, expectedBatch, epochs }: { rows: number; expectedBatch: number; epochs: number }): { samplingRate: number; steps: number } {
  for (const [at, value] of Object.entries({ rows, expectedBatch })) {
    if (!Number.isSafeInteger(value) || value < 1) throw new Fault('usage.invalid', 'A positive whole number is needed.', { at });
  }
  if (expectedBatch > rows) throw new Fault('usage.invalid', 'A batch is expected to hold at most all rows.', { at: 'expectedBatch' });
  if (typeof epochs !== 'number' || !(epochs > 0 && epochs <= 1e6)) throw new Fault('usage.invalid', 'Epochs are a positive number.', { at: 'epochs' });
  return { samplingRate: expectedBatch / rows, steps: Math.ceil((epochs * rows) / expectedBatch) };
}
