import { approximate, type Ratio } from '../../numbers/ratio.ts';
import { bernoulliExp, bernoulliExpBig, bernoulliExpHalfSquare, bernoulliExpHalves } from '../../random/bernoulli-exp.ts';
import type { BitSource } from '../../random/bit-source.ts';
import { discreteLaplace } from '../discrete-laplace/discrete-laplace.ts';
import { checkConfidence, numberLimit, tooWideForNumbers, type IntegerNoise } from '../integer-noise.ts';
import { gaussianMass } from './gaussian-mass.ts';

/**
 * Noise with P[x] proportional to exp(−x² / (2 noiseStd²)).
 *
 * **Units** ticks; noiseStd is the deviation, not the variance. **Privacy** (sensitivity² / (2 noiseStd²))-zCDP for integers of that
 * L2 sensitivity, exactly; `discreteGaussianDelta` has (epsilon, delta). **Source** Canonne, Kamath and Steinke 2020, algorithm 3, with
 * t = noiseStd.
 */
export function discreteGaussian(noiseStd: Ratio): IntegerNoise {
  const { numerator: a, denominator: b } = noiseStd;
  const isNumber = a <= numberLimit && b <= numberLimit;
  const [aNumber, bNumber] = [Number(a), Number(b)];
  const proposal = discreteLaplace(noiseStd);
  const sigma = approximate(noiseStd);
  const small = (bits: BitSource): number => {
    for (;;) {
      const y = proposal.drawNumber(bits);
      if (isKeptSmall(Math.abs(y), aNumber, bNumber, bits)) return y;
    }
  };
  const any = (bits: BitSource): bigint => {
    for (;;) {
      const y = proposal.draw(bits);
      if (isKept(y < 0n ? -y : y, a, b, bits)) return y;
    }
  };
  return {
    law: { name: 'discrete-gaussian', noiseStd },
    draw: isNumber ? (bits) => BigInt(small(bits)) : any,
    drawNumber: isNumber ? small : tooWideForNumbers,
    // The discrete law varies no more than the continuous one (corollary 9 there), and less when narrow: summed up where it matters.
    get std() {
      return gaussianMass(sigma).std;
    },
    halfWidth: (confidence) => gaussianMass(sigma).halfWidth(checkConfidence(confidence)),
  };
}

/**
 * A coin of exp(−(|y| − σ)² / (2σ²)), σ = a/b. With |y|·b − a = ±(w·a + r), r < a, the exponent is w²/2 + w·r/a + (r/a)²/2: coins of
 * small integers each, so nothing passes 2⁵³.
 */
function isKeptSmall(y: number, a: number, b: number, bits: BitSource): boolean {
  // |y| ≤ (u + t·v)/s with t = a and s = b, so |y|·b < 2⁵³.
  const distance = Math.abs(y * b - a);
  if (distance < a) return bernoulliExpHalfSquare(distance, a, bits);
  const w = Math.floor(distance / a);
  const r = distance - w * a;
  if (!bernoulliExpHalves(w * w, bits)) return false;
  for (let i = 0; i < w; i += 1) if (!bernoulliExp(r, a, bits)) return false;
  return bernoulliExpHalfSquare(r, a, bits);
}

function isKept(y: bigint, a: bigint, b: bigint, bits: BitSource): boolean {
  const distance = y * b - a;
  return bernoulliExpBig(distance * distance, 2n * a * a, bits);
}
