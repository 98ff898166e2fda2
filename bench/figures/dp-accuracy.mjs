// Relative errors (root of the mean square) of a count, a sum and a mean at epsilon 1, beside the least that theory has for them: for whole numbers
// that one row moves by 1 two-sided geometric noise, for others the staircase mechanism: the least variance of all noise that is added under pure differential
// privacy. A mean has no such law; beside it stands one whose number of rows is known.
//
// **Source** Ghosh, Roughgarden and Sundararajan 2009; Geng and Viswanath 2014.
import { aggregateParts, chooseNoise, costOf, cryptoBits, estimate, pairOf, quantiser, release, splitAmount } from '@podnet/privacy';
import { seeded } from '../runner/seeded.mjs';
import { row } from '../runner/row.mjs';

const epsilon = 1;
/** A task has one; no part uses it. */
const delta = 1e-6;
const sizes = [1_000, 10_000, 100_000];
const draws = 20_000;
const contribution = { maxRows: 1, maxGroups: 1 };
const column = quantiser({ lower: 0, upper: 100, granularity: 0.01 });

export function measure() {
  const bits = cryptoBits(globalThis.crypto);
  return sizes.flatMap((n) => {
    const random = seeded(n);
    const ticks = Array.from({ length: n }, () => column.ticks(20 + 60 * random()));
    const sum = ticks.reduce((total, one) => total + one, 0);
    const truths = { COUNT: n, SUM: column.value(sum), AVG: column.value(sum) / n };
    // Half of the range is what one row moves a sum from the middle by.
    const least = { COUNT: geometric, SUM: staircase(100), AVG: staircase(50) / n };
    return Object.entries(truths).map(([kind, truth]) => {
      const parts = aggregateParts(kind, contribution, column);
      const shares = splitAmount(costOf({ epsilon, delta }), parts.map(() => ({ weight: 1, usesDelta: false })));
      const noises = parts.map(({ sensitivity }, at) => chooseNoise(sensitivity, shares[at]));
      if (shares.reduce((total, share) => total + pairOf(share).epsilon, 0) > epsilon + 1e-9) throw new Error('the parts cost more than the whole');
      const exact = parts.map(({ part, origin }) => BigInt(part === 'count' ? n : sum - n * origin));
      let squares = 0;
      for (let i = 0; i < draws; i++) {
        const noisy = parts.map((part, at) => ({ part, value: release(exact[at], noises[at], bits), halfWidth: 0 }));
        squares += (estimate(kind, noisy, column).value - truth) ** 2;
      }
      const error = Math.sqrt(squares / draws) / truth;
      return row({ name: `dp-accuracy-${kind.toLowerCase()}-${n / 1_000}k`, value: error * 1e6, unit: 'millionths', versus: { name: laws[kind], value: (least[kind] / truth) * 1e6 } });
    });
  });
}

const laws = { COUNT: 'geometric', SUM: 'staircase', AVG: 'rows known' };

const geometric = Math.sqrt(2 * Math.exp(-epsilon)) / (1 - Math.exp(-epsilon));

/** Deviation of the noise of least variance for a sensitivity, at epsilon 1. */
function staircase(sensitivity) {
  const b = Math.exp(-epsilon);
  const squared = (2 ** (-2 / 3) * b ** (2 / 3) * (1 + b) ** (2 / 3) + b) / (1 - b) ** 2;
  return sensitivity * Math.sqrt(squared);
}
