export { bufferedBits, cryptoBits, type BitSource, type FillWithBits } from './random/bit-source.ts';
export { ratio, ratioAtLeast, approximate, type Ratio } from './numbers/ratio.ts';
export { quantiser, type Quantiser } from './quantise/quantiser.ts';

export { release, type IntegerNoise } from './mechanisms/integer-noise.ts';
export { discreteLaplace, laplaceScaleFor } from './mechanisms/discrete-laplace/discrete-laplace.ts';
export { discreteGaussian } from './mechanisms/discrete-gaussian/discrete-gaussian.ts';
export { discreteGaussianDelta, discreteGaussianNoiseStd } from './mechanisms/discrete-gaussian/discrete-gaussian-delta.ts';
export { gaussianDelta, gaussianNoiseStd } from './mechanisms/gaussian/analytic-gaussian.ts';
export { boundedGeometric } from './mechanisms/geometric/bounded-geometric.ts';
export { permuteAndFlip, selectExponential, selectionRate, type Candidates } from './mechanisms/exponential/selection.ts';
export { quantileCandidates, quantileSensitivity } from './mechanisms/exponential/quantile.ts';
export { estimateTrueCounts, randomisedResponse } from './mechanisms/randomised-response/randomised-response.ts';
export { isKeyReleased, keyThreshold, type KeyThreshold } from './mechanisms/key-threshold/key-threshold.ts';

export type { SampledGaussian } from './accountants/parameters.ts';
export { rdpDelta, rdpEpsilon, rdpNoiseMultiplier } from './accountants/rdp/rdp-accountant.ts';
export { pldCurve, pldNoiseMultiplier, type PrivacyCurve } from './accountants/pld/pld-accountant.ts';
export { noiseStdOfRho, rhoOfGaussian, rhoOfPure, zcdpDelta, zcdpEpsilon, zcdpRho } from './accountants/zcdp/zcdp.ts';

export { checkAmount, costOf, isWithin, leftOf, limitOf, maximumOf, nothing, pairOf, sumOf, type Amount, type PrivacyPair } from './budget/amount.ts';
export { femtoPerUnit, microPerUnit, mostEpsilon, unitsAllowed, unitsSpent } from './budget/whole-units.ts';
export {
  cancel,
  changeLimit,
  commit,
  left,
  markReleased,
  openLedger,
  preview,
  reserve,
  reset,
  type Charge,
  type ChargeState,
  type Ledger,
  type Reservation,
} from './budget/ledger.ts';
export { splitAmount } from './budget/split.ts';
export { canonicalKey, type Question } from './budget/canonical-key.ts';

export { checkContribution, overGroups, type ContributionBounds, type Sensitivity } from './bounds/contribution.ts';
export { aggregateKinds, aggregateParts, contributionOf, type AggregateKind, type AggregatePart } from './bounds/aggregates.ts';
export { chooseNoise } from './bounds/choose-noise.ts';
export { estimate, poolParts, type Estimate, type NoisyPart } from './bounds/estimates.ts';

export { trainingCost, trainingNoise, trainingSchedule, type TrainingCost } from './training/dp-sgd.ts';
export { poissonBatch } from './training/poisson-batch.ts';
export { clippedSum, type ClippedSum } from './training/clipped-sum.ts';
