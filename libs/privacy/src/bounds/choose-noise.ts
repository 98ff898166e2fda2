import { ratioAtLeast } from '../numbers/ratio.ts';
import { noiseStdOfRho, zcdpRho } from '../accountants/zcdp/zcdp.ts';
import { discreteGaussianNoiseStd } from '../mechanisms/discrete-gaussian/discrete-gaussian-delta.ts';
import { discreteGaussian } from '../mechanisms/discrete-gaussian/discrete-gaussian.ts';
import { discreteLaplace, laplaceScaleFor } from '../mechanisms/discrete-laplace/discrete-laplace.ts';
import type { IntegerNoise } from '../mechanisms/integer-noise.ts';
import { pairOf, checkAmount, type Amount } from '../budget/amount.ts';
import type { Sensitivity } from './contribution.ts';

/**
 * The narrower of discrete Laplace and discrete Gaussian noise that an amount pays for: depends on declared bounds alone, so it tells nothing.
 *
 * **Units** ticks. **Privacy** releasing the whole vector, one draw for each entry, is (epsilon, delta)-DP for that sensitivity; epsilon-DP
 * without a delta. One entry is calibrated by the law's own delta, several by zCDP. **Throws** `privacy.malformed`, `usage.invalid`.
 */
export function chooseNoise({ l1, l2Squared }: Sensitivity, amount: Amount): IntegerNoise {
  checkAmount(amount);
  const laplace = discreteLaplace(laplaceScaleFor(l1, amount.epsilonMicro));
  const { epsilon, delta } = pairOf(amount);
  // Beyond these sizes the sums of the discrete law are not worth their time; Laplace noise has no such limits.
  if (delta === 0 || epsilon > 100 || l2Squared > 2n ** 80n) return laplace;
  const l2 = Math.sqrt(Number(l2Squared)) * (1 + 1e-15);
  const isOne = l1 * l1 === l2Squared && l1 < 2n ** 40n;
  const gaussian = discreteGaussian(isOne
    ? discreteGaussianNoiseStd({ epsilon, delta, sensitivity: Number(l1) })
    : ratioAtLeast(noiseStdOfRho({ sensitivity: l2, rho: zcdpRho(epsilon, delta) }), l2 < 2 ** 32 ? 64 : 1));
  return gaussian.std < laplace.std ? gaussian : laplace;
}
