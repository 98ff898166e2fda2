/** gradient += l2·w over blocks of (w, b); intercepts are free. */
export function addPenaltyOf(l2: number, weights: Float64Array, gradient: Float64Array, width: number): void {
  if (l2 === 0) return;
  for (let at = 0; at < weights.length; at += width + 1) for (let j = at; j < at + width; j++) gradient[j]! += l2 * weights[j]!;
}
