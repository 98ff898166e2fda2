import { Fault } from '@podnet/errors';
import { approximate, ratio, type Ratio } from '../../numbers/ratio.ts';
import { bernoulliExp, bernoulliExpBig, bernoulliExpOne } from '../../random/bernoulli-exp.ts';
import type { BitSource } from '../../random/bit-source.ts';
import { uniformBelow, uniformBelowBig } from '../../random/uniform.ts';
import { checkConfidence, numberLimit, tooWideForNumbers, type IntegerNoise } from '../integer-noise.ts';

/** exp(−1)^(2²⁰) is not an event; up to here products with t ≤ 2³² are exact. */
const mostWholes = 2 ** 20;

/**
 * Noise with P[x] proportional to exp(−|x| / laplaceScale).
 *
 * **Units** ticks. **Privacy** with laplaceScale = sensitivity / epsilon it makes a release of integers of that L1 sensitivity epsilon-DP,
 * exactly. **Source** Canonne, Kamath and Steinke 2020, algorithm 2; Ghosh, Roughgarden and Sundararajan 2009.
 */
export function discreteLaplace(laplaceScale: Ratio): IntegerNoise {
  const { numerator: t, denominator: s } = laplaceScale;
  const isNumber = t <= numberLimit && s <= numberLimit;
  const [tNumber, sNumber] = [Number(t), Number(s)];
  // p = exp(−1/scale) and 1 − p, the latter without cancellation.
  const rate = 1 / approximate(laplaceScale);
  const complement = -Math.expm1(-rate);
  return {
    law: { name: 'discrete-laplace', laplaceScale },
    draw: isNumber ? (bits) => BigInt(drawSmall(tNumber, sNumber, bits)) : (bits) => drawAny(t, s, bits),
    drawNumber: isNumber ? (bits) => drawSmall(tNumber, sNumber, bits) : tooWideForNumbers,
    // Var = 2p/(1 − p)².
    std: Math.sqrt(2 * Math.exp(-rate)) / complement,
    halfWidth(confidence) {
      // P[|X| > m] = 2 p^(m+1) / (1 + p).
      const beyond = Math.log(((1 - checkConfidence(confidence)) * (1 + Math.exp(-rate))) / 2);
      return Math.max(0, Math.ceil(-beyond / rate - 1 - 1e-9));
    },
  };
}

/**
 * The discrete Laplace scale that pays for a sensitivity, exactly.
 *
 * **Units** sensitivity in ticks (L1), epsilon in millionths; the scale in ticks. **Throws** `privacy.malformed`, `usage.invalid`.
 */
export function laplaceScaleFor(sensitivity: bigint, epsilonMicro: number): Ratio {
  if (!Number.isSafeInteger(epsilonMicro) || epsilonMicro <= 0) throw new Fault('privacy.malformed', 'Epsilon has to be a positive number of millionths.', { at: 'epsilon' });
  return ratio(sensitivity * 1_000_000n, BigInt(epsilonMicro));
}

function drawSmall(t: number, s: number, bits: BitSource): number {
  for (;;) {
    const magnitude = magnitudeSmall(t, s, bits);
    const isNegative = bits.word() >>> 31 === 1;
    if (!isNegative) return magnitude;
    // Zero has one sign: the other would double its probability.
    if (magnitude !== 0) return -magnitude;
  }
}

/** floor((u + t·v) / s) with u + t·v geometric with ratio exp(−1/t): u by rejection below t, v by coins of exp(−1). */
function magnitudeSmall(t: number, s: number, bits: BitSource): number {
  let u = uniformBelow(t, bits);
  while (!bernoulliExp(u, t, bits)) u = uniformBelow(t, bits);
  let v = 0;
  while (bernoulliExpOne(bits)) v += 1;
  if (v >= mostWholes) throw new Fault('internal.unexpected', 'The random bits are not random.');
  // u + t·v + s < 2⁵³, so the rounded quotient has the floor of the true one.
  return Math.floor((u + t * v) / s);
}

function drawAny(t: bigint, s: bigint, bits: BitSource): bigint {
  for (;;) {
    let u = uniformBelowBig(t, bits);
    while (!bernoulliExpBig(u, t, bits)) u = uniformBelowBig(t, bits);
    let v = 0n;
    while (bernoulliExpOne(bits)) v += 1n;
    const magnitude = (u + t * v) / s;
    const isNegative = bits.word() >>> 31 === 1;
    if (!isNegative) return magnitude;
    if (magnitude !== 0n) return -magnitude;
  }
}
