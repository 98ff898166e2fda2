import { Fault } from '@podnet/errors';
import type { AggregateKind, AggregatePart } from './aggregates.ts';

/** A noisy part, with the width that holds 95 % of its noise. Parts of several pods are added up first: `poolParts`. */
export interface NoisyPart {
  readonly part: AggregatePart;
  /** **Units** ticks, or ticks². */
  readonly value: bigint;
  readonly halfWidth: number;
}

/** A released number. */
export interface Estimate {
  readonly value: number;
  /** ± at 95 %: what the noise does, not what sampling of a population would do. Infinity when nothing can be said. */
  readonly halfWidth: number;
}

/**
 * Adds up the same part of several pods, with the combined width: the root of the sum of squares, which is exact for Gaussian noise and a
 * little too wide for Laplace noise.
 *
 * **Throws** `usage.invalid` for parts that differ in what they count.
 */
export function poolParts(parts: readonly NoisyPart[]): NoisyPart {
  const [first, ...others] = parts;
  if (!first) throw new Fault('usage.invalid', 'There is nothing to pool.');
  for (const { part } of others) {
    if (part.part !== first.part.part || part.origin !== first.part.origin || part.squareOrigin !== first.part.squareOrigin) {
      throw new Fault('usage.invalid', 'The pods declare different bounds, so their answers cannot be pooled.');
    }
  }
  return { part: first.part, value: parts.reduce((sum, { value }) => sum + value, 0n), halfWidth: Math.hypot(...parts.map(({ halfWidth }) => halfWidth)) };
}

/**
 * An aggregate from its noisy parts: post-processing, at no cost.
 *
 * **Units** the column's; of its square for VARIANCE. Counts and sums are as they come, unbiased, below 0 if it happens; a mean is kept within
 * the declared bounds and a variance at or above 0. A width comes from how the parts' noise moves the result, to first order.
 * **Throws** `usage.invalid` when a part is missing.
 */
export function estimate(kind: AggregateKind, parts: readonly NoisyPart[], column?: { granularity: number; lowerTicks: number; upperTicks: number }): Estimate {
  const find = (name: AggregatePart['part']): NoisyPart => {
    const found = parts.find(({ part }) => part.part === name);
    if (!found) throw new Fault('usage.invalid', 'A part of the result is missing.');
    return found;
  };
  if (kind === 'COUNT' || kind === 'COUNT_DISTINCT') {
    const { value, halfWidth } = find('count');
    return { value: Number(value), halfWidth };
  }
  if (!column) throw new Fault('usage.invalid', 'The column needs a lower and an upper bound.', { at: 'bounds' });
  const { granularity, lowerTicks, upperTicks } = column;
  const sum = find('sum');
  if (kind === 'SUM') return { value: Number(sum.value) * granularity, halfWidth: sum.halfWidth * granularity };

  const count = find('count');
  const n = Number(count.value);
  const middle = (lowerTicks + upperTicks) / 2;
  if (n < 1) return { value: kind === 'AVG' ? middle * granularity : 0, halfWidth: Infinity };
  const centred = Number(sum.value) / n;
  // A count that may as well be nothing says nothing of a mean.
  const isKnown = n > count.halfWidth;
  if (kind === 'AVG') {
    const ticks = Math.min(upperTicks, Math.max(lowerTicks, sum.part.origin + centred));
    return { value: ticks * granularity, halfWidth: isKnown ? (Math.hypot(sum.halfWidth, centred * count.halfWidth) / n) * granularity : Infinity };
  }
  const squares = find('squares');
  const { squareOrigin } = squares.part;
  const meanSquare = squareOrigin + Number(squares.value) / n;
  const variance = Math.max(0, meanSquare - centred * centred);
  // ∂/∂squares = 1/n, ∂/∂sum = −2·centred/n, ∂/∂count = −(meanSquare − squareOrigin − 2·centred²)/n.
  const width = Math.hypot(squares.halfWidth, 2 * centred * sum.halfWidth, (meanSquare - squareOrigin - 2 * centred * centred) * count.halfWidth) / n;
  const scale = granularity * granularity;
  if (kind === 'VARIANCE') return { value: variance * scale, halfWidth: isKnown ? width * scale : Infinity };
  // The root's interval is that of the variance, seen through the root, at its wider side.
  const root = Math.sqrt(variance);
  const wider = Math.max(Math.sqrt(variance + width) - root, root - Math.sqrt(Math.max(0, variance - width)));
  return { value: root * granularity, halfWidth: isKnown ? wider * granularity : Infinity };
}
