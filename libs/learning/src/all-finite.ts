/** True when no value is NaN or infinite. **Shape** (n). */
export function allFinite(values: Float64Array): boolean {
  // Zero times anything finite is zero, and times anything else NaN, which stays.
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * 0;
  return sum === 0;
}
