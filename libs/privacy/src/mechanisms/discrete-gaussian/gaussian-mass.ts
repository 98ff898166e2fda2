import { normalTail } from '../../numbers/normal.ts';

/** From here on sums over ticks are taken as integrals: their relative difference is below exp(−2π²σ²), or bounded where it is used. */
const wide = 2 ** 13;

/** What a discrete Gaussian law with a deviation gives: sums of exp(−x²/(2σ²)) over integers. */
export interface GaussianMass {
  /** Σ exp(−x²/(2σ²)) over all integers. */
  readonly normaliser: number;
  readonly std: number;
  /** Σ over x ≥ from, divided by the normaliser, between two bounds. */
  tailAtLeast(from: number): { least: number; most: number };
  halfWidth(confidence: number): number;
}

/** **Units** sigma > 0 in ticks. */
export function gaussianMass(sigma: number): GaussianMass {
  return sigma > wide ? integrals(sigma) : sums(sigma);
}

function sums(sigma: number): GaussianMass {
  const weight = (x: number) => Math.exp((-x * x) / (2 * sigma * sigma));
  // Beyond 39 deviations the weights are no doubles. half[x] = Σ of weights from x on, added up from the small end.
  const half = new Float64Array(Math.ceil(39 * sigma) + 4);
  let second = 0;
  for (let x = half.length - 2; x >= 0; x -= 1) {
    half[x] = half[x + 1]! + weight(x);
    second += x * x * weight(x);
  }
  const normaliser = 2 * half[1]! + 1;
  const tail = (from: number): number => {
    if (from <= 0) return 1 - tail(1 - from);
    return (half[Math.min(from, half.length - 1)] ?? 0) / normaliser;
  };
  return {
    normaliser,
    std: Math.sqrt((2 * second) / normaliser),
    tailAtLeast(from) {
      const value = tail(from);
      return { least: value * (1 - 1e-13), most: value * (1 + 1e-13) };
    },
    halfWidth(confidence) {
      let [low, high] = [-1, half.length];
      while (high - low > 1) {
        const m = Math.floor((low + high) / 2);
        if (2 * tail(m + 1) <= 1 - confidence) high = m;
        else low = m;
      }
      return high;
    },
  };
}

function integrals(sigma: number): GaussianMass {
  // Decreasing for x ≥ 0: Σ over x ≥ k lies between the integrals from k and from k − 1.
  const tail = (from: number): { least: number; most: number } => {
    if (from <= 0) {
      const other = tail(1 - from);
      return { least: 1 - other.most, most: 1 - other.least };
    }
    return { least: normalTail(from / sigma) * (1 - 1e-13), most: normalTail((from - 1) / sigma) * (1 + 1e-13) };
  };
  return {
    normaliser: sigma * Math.sqrt(2 * Math.PI),
    std: sigma,
    tailAtLeast: tail,
    halfWidth(confidence) {
      let [low, high] = [0, Math.ceil(40 * sigma)];
      while (high - low > 1) {
        const m = Math.floor((low + high) / 2);
        if (2 * tail(m + 1).most <= 1 - confidence) high = m;
        else low = m;
      }
      return high;
    },
  };
}
