/** Bounds that are known without looking at a row. */
export interface Bounds {
  lower: number;
  upper: number;
}

/**
 * A regression's target between −1 and 1 by its declared bounds, so that residuals are about as long as a clipping norm. Weights of (w, b)
 * follow: those of the scaled target are w/half and (b − middle)/half.
 */
export interface TargetScale {
  scaled(y: Float64Array): Float64Array;
  scaledWeights(weights: Float64Array): Float64Array;
  weights(scaled: Float64Array): Float64Array;
}

export function targetScale({ lower, upper }: Bounds): TargetScale {
  const [half, middle] = [(upper - lower) / 2, lower + (upper - lower) / 2];
  return {
    scaled: (y) => y.map((value) => (value - middle) / half),
    scaledWeights: (weights) => weights.map((weight, j) => (j === weights.length - 1 ? weight - middle : weight) / half),
    weights: (scaled) => scaled.map((weight, j) => weight * half + (j === scaled.length - 1 ? middle : 0)),
  };
}
