/** A value of an answer: a number, left out because too few people stand behind it, or not there at all. */
export type PlotValue = number | 'suppressed' | null;

/** The number that can be drawn, or null. What is not finite is no value; suppressed and missing are never zero. */
export const known = (value: PlotValue): number | null => (typeof value === 'number' && Number.isFinite(value) ? value + 0 : null);

export const isSuppressed = (value: unknown): boolean => value === 'suppressed';

/** Not suppressed, and no number either. */
export const isMissing = (value: PlotValue): boolean => value !== 'suppressed' && known(value) === null;

export const knownOf = (values: readonly PlotValue[]): number[] => values.map(known).filter((value) => value !== null);
