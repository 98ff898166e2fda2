import { cellCount, evaluationCells, targetScale, ticksPerRow, trainPrivately, type Examples, type GradientMechanism, type Model, type NoisyCells, type NoisyForm, type SgdOptions } from '@podnet/learning';
import { clippedSum, discreteLaplace, laplaceScaleFor, poissonBatch, release, type BitSource } from '@podnet/privacy';
import type { Declarations } from './declared.ts';
import type { PrivacyPlan } from './privacy-plan.ts';

/**
 * A noisy number of rows, at least 1: what counts in the place of the true one. **Privacy** as much as the plan has for it, each time it is called.
 */
export function noisyRows(rows: number, { rows: amount }: PrivacyPlan, bits: BitSource): number {
  return Math.max(1, rows + discreteLaplace(laplaceScaleFor(1n, amount!.epsilonMicro)).drawNumber(bits));
}

/**
 * One planned call of training. **Privacy** its part of what the plan has for all of them: the plan's steps over its calls.
 * **Throws** as `trainPrivately`.
 */
export function trainOnce(model: Model, { x, y }: Examples, weights: Float64Array, optimiser: SgdOptions, { training }: PrivacyPlan, rows: number, declared: Declarations, bits: BitSource): Float64Array {
  const { stepsPerCall, clippingNorm, cost } = training!;
  const sum = clippedSum({ length: model.size, clippingNorm, noiseMultiplier: cost.noiseMultiplier });
  const mechanism: GradientMechanism = {
    batch: () => poissonBatch(y.length, cost.samplingRate, bits),
    add: sum.addOuter,
    release: () => sum.release(bits),
  };
  const work = { model, x, optimiser, steps: stepsPerCall, mechanism, expectedBatch: cost.samplingRate * rows };
  if (!declared.target) return trainPrivately({ ...work, y, weights });
  const scale = targetScale(declared.target);
  return scale.weights(trainPrivately({ ...work, y: scale.scaled(y), weights: scale.scaledWeights(weights) }));
}

/**
 * One planned evaluation: whole numbers with discrete Laplace noise, and the deviation of each, in rows. **Privacy** as much as the plan has for one.
 * **Throws** as `evaluationCells`.
 */
export function evaluateOnce(model: Model, { x, y }: Examples, weights: Float64Array, { evaluation }: PrivacyPlan, declared: Declarations, bits: BitSource): NoisyCells {
  const { cells, sensitivity } = evaluationCells(model, x, y, weights, declared.target);
  const noise = discreteLaplace(laplaceScaleFor(BigInt(sensitivity), evaluation!.epsilonMicro));
  const perRow = model.learns === 'regression' ? ticksPerRow : 1;
  return { cells: cells.map((value) => Number(release(BigInt(value), noise, bits)) / perRow), noiseStd: noise.std / perRow };
}

/** What is public of a noisy evaluation of this model. */
export function noisyFormOf(model: Pick<Model, 'learns' | 'outputs'>, { target }: Declarations): NoisyForm & { cells: number } {
  const cells = cellCount(model);
  return target ? { learns: 'regression', range: target.upper - target.lower, cells } : { learns: 'classification', outputs: model.outputs, cells };
}
