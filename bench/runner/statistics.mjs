/** The value below which the share `q` of the values lies; between two values, the nearer rank above. */
export function quantile(values, q) {
  if (values.length === 0) throw new Error('There are no values.');
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))];
}

/** The middle value; of an even number of values, the mean of the middle two. */
export function median(values) {
  if (values.length === 0) throw new Error('There are no values.');
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
