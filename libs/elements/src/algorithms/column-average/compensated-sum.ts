/** The sum is `high + low`: what rounding lost from `high` is kept in `low`. */
export interface CompensatedSum {
  high: number;
  low: number;
}

/**
 * Adds numbers with their rounding errors kept, so that the order and number of pods do not show in the mean.
 * **Source** Neumaier: Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen, 1974.
 */
export function addTo({ high, low }: CompensatedSum, value: number): CompensatedSum {
  const sum = high + value;
  const lost = Math.abs(high) >= Math.abs(value) ? high - sum + value : value - sum + high;
  return { high: sum, low: low + lost };
}

export const nothing: Readonly<CompensatedSum> = { high: 0, low: 0 };

export const valueOf = ({ high, low }: CompensatedSum): number => high + low;
