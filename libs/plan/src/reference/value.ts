/** A cell of a small table. Dates and datetimes are milliseconds since 1970 in UTC, durations milliseconds. */
export type Value = number | string | boolean | null | readonly Value[];

/** A text that is the same for equal values: for groups, matches and sets. 1 and 1.0 are one; −0 is 0; missing is a value of its own. */
export const keyOf = (value: Value): string => (typeof value === 'number' ? `n${String(value + 0)}` : JSON.stringify(value));

export const keyOfAll = (values: readonly Value[]): string => JSON.stringify(values.map(keyOf));

/** Order of two values that are there; texts by code points. */
export function compareValues(a: Value, b: Value): number {
  const [x, y] = [typeof a === 'boolean' ? Number(a) : a, typeof b === 'boolean' ? Number(b) : b];
  if (typeof x === 'number' && typeof y === 'number') return x < y ? -1 : x > y ? 1 : 0;
  const [s, t] = [String(x), String(y)];
  return s < t ? -1 : s > t ? 1 : 0;
}

/** Missing first, unless asked otherwise. */
export function compareWithMissing(a: Value, b: Value, descending: boolean, nullsLast: boolean): number {
  if (a === null || b === null) return a === b ? 0 : (a === null) === nullsLast ? 1 : -1;
  return descending ? -compareValues(a, b) : compareValues(a, b);
}
