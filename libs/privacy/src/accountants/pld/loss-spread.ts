/**
 * About the standard deviation of one step's privacy loss without the unit, to choose a grid by; nothing rests on its digits.
 *
 * ∫ φ(z) ln²(1 − q + q e^((2σz − 1)/2σ²)) dz by a sum over z.
 */
export function lossSpread(samplingRate: number, noiseMultiplier: number): number {
  let [sum, weights, squares] = [0, 0, 0];
  for (let z = -8; z <= 8; z += 1 / 32) {
    const weight = Math.exp((-z * z) / 2);
    const exponent = (2 * noiseMultiplier * z - 1) / (2 * noiseMultiplier * noiseMultiplier);
    const loss = exponent > 30 ? exponent + Math.log(samplingRate) : Math.log1p(samplingRate * Math.expm1(exponent));
    weights += weight;
    sum += weight * loss;
    squares += weight * loss * loss;
  }
  return Math.sqrt(Math.max(1e-24, squares / weights - (sum / weights) ** 2));
}
