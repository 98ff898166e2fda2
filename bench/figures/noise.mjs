// Exact noise of one thread, and what accountants take: draws from the operating system's randomness, epsilon of ten thousand steps of private training.
import { cryptoBits, discreteGaussian, discreteLaplace, pldCurve, ratio, rdpEpsilon } from '@podnet/privacy';
import { processorMs } from '../runner/clock.mjs';
import { row } from '../runner/row.mjs';
import { median } from '../runner/statistics.mjs';

const draws = 500_000;
const repeats = 7;
const warmUps = 2;
const training = { samplingRate: 0.01, noiseMultiplier: 1.1, steps: 10_000 };
const delta = 1e-6;

export function measure() {
  const timed = (work) => median(Array.from({ length: warmUps + repeats }, () => msOf(work)).slice(warmUps));
  const perSecond = (noise) => (draws * 1_000) / timed(() => drawn(noise));
  // Scales of usual questions: a count at epsilon 0.1, a sum of hundreds.
  const laplace = perSecond(discreteLaplace(ratio(10n, 1n)));
  const gaussian = perSecond(discreteGaussian(ratio(50n, 1n)));
  return [
    row({ name: 'noise-laplace', value: laplace, unit: '1/s', aim: '≥ 3000000' }),
    row({ name: 'noise-gaussian', value: gaussian, unit: '1/s', aim: '≥ 1500000' }),
    row({ name: 'noise-rdp', value: timed(() => rdpEpsilon(training, delta)), unit: 'ms', aim: '< 5' }),
    row({ name: 'noise-pld', value: timed(() => pldCurve(training).epsilon(delta)) / 1_000, unit: 's', aim: '< 2' }),
  ];
}

function msOf(work) {
  const startedAt = processorMs();
  work();
  return processorMs() - startedAt;
}

/** Draws that cannot be left out, since somebody looks at them. */
function drawn(noise) {
  const bits = cryptoBits(globalThis.crypto);
  let sum = 0;
  for (let i = 0; i < draws; i++) sum += noise.drawNumber(bits);
  if (!Number.isSafeInteger(sum)) throw new Error('the noise is no whole number');
}
