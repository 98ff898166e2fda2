import { Fault } from '@podnet/errors';
import type { Ratio } from '../../numbers/ratio.ts';
import type { BitSource } from '../../random/bit-source.ts';
import { discreteLaplace } from '../discrete-laplace/discrete-laplace.ts';

/**
 * The geometric mechanism over a public range: two-sided geometric noise, and what falls outside the range becomes its nearer end. For a
 * count of at most n people it is at least as useful as any other epsilon-DP answer, for every user's loss and prior.
 *
 * **Units** ticks; laplaceScale = sensitivity / epsilon. **Privacy** epsilon-DP: clamping works on the noisy value only.
 * **Throws** `usage.invalid` for an empty range, or a value outside it (the caller's bounds are wrong then).
 * **Source** Ghosh, Roughgarden and Sundararajan 2009, definition 2.4.
 */
export function boundedGeometric({ laplaceScale, least, most }: { laplaceScale: Ratio; least: bigint; most: bigint }): (value: bigint, bits: BitSource) => bigint {
  if (typeof least !== 'bigint' || typeof most !== 'bigint' || least >= most) throw new Fault('usage.invalid', 'A range has a least and a greater most value.');
  const noise = discreteLaplace(laplaceScale);
  return (value, bits) => {
    if (typeof value !== 'bigint' || value < least || value > most) throw new Fault('usage.invalid', 'The value lies outside its declared range.');
    const noisy = value + noise.draw(bits);
    return noisy < least ? least : noisy > most ? most : noisy;
  };
}
