import { compareValues, keyOf, type Value } from './value.ts';

const there = (values: readonly Value[]): NonNullable<Value>[] => values.filter((value): value is NonNullable<Value> => value !== null);

const numbers = (values: readonly Value[]): number[] => there(values).map(Number);

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const mean = (values: readonly number[]): number | null => (values.length === 0 ? null : sum(values) / values.length);

/** s² = Σ(x − mean)² ÷ (n − 1); missing of fewer than two. */
function variance(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const centre = mean(values)!;
  return sum(values.map((value) => (value - centre) ** 2)) / (values.length - 1);
}

const sorted = (values: readonly Value[]): NonNullable<Value>[] => there(values).sort(compareValues);

/** The value at a share of the way through the sorted ones; between two, in proportion. */
function quantile(values: readonly Value[], share: number): number | null {
  const ordered = sorted(values).map(Number);
  if (ordered.length === 0) return null;
  const place = share * (ordered.length - 1);
  const low = ordered[Math.floor(place)]!;
  return low + (ordered[Math.ceil(place)]! - low) * (place - Math.floor(place));
}

function mode(values: readonly Value[]): Value {
  const times = new Map<string, { value: Value; count: number }>();
  for (const value of sorted(values)) times.set(keyOf(value), { value, count: (times.get(keyOf(value))?.count ?? 0) + 1 });
  const most = Math.max(...[...times.values()].map(({ count }) => count));
  return [...times.values()].find(({ count }) => count === most)?.value ?? null;
}

/** Aggregates of a list of values, by kind and operation. */
export const aggregates: Readonly<Record<string, Readonly<Record<string, (values: readonly Value[], fields: { quantile?: number }) => Value>>>> = {
  count: {
    count: (values) => there(values).length,
    nUnique: (values) => new Set(values.map(keyOf)).size,
    nUniquePresent: (values) => new Set(there(values).map(keyOf)).size,
  },
  moment: {
    sum: (values) => sum(numbers(values)),
    sumOrNull: (values) => (there(values).length === 0 ? null : sum(numbers(values))),
    mean: (values) => mean(numbers(values)),
    var: (values) => variance(numbers(values)),
    std: (values) => {
      const squared = variance(numbers(values));
      return squared === null ? null : Math.sqrt(squared);
    },
  },
  orderStatistic: {
    min: (values) => sorted(values)[0] ?? null,
    max: (values) => sorted(values).at(-1) ?? null,
    first: (values) => values[0] ?? null,
    last: (values) => values.at(-1) ?? null,
    median: (values) => quantile(values, 0.5),
    quantile: (values, { quantile: share }) => quantile(values, share!),
    mode,
  },
};
