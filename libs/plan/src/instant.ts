const dateForm = /^\d{4}-\d{2}-\d{2}$/;
const datetimeForm = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z?$/;

/**
 * A date or datetime of a plan or of a small table. **Units** milliseconds since 1970-01-01 UTC; null for anything that is none.
 */
export function instantOf(text: unknown, type: 'date' | 'datetime'): number | null {
  if (typeof text !== 'string' || !(type === 'date' ? dateForm : datetimeForm).test(text)) return null;
  const instant = Date.parse(type === 'date' ? `${text}T00:00:00Z` : text.endsWith('Z') ? text : `${text}Z`);
  return Number.isNaN(instant) || new Date(instant).toISOString().slice(0, 10) !== text.slice(0, 10) ? null : instant;
}
